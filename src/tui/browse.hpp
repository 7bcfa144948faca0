// Keys and clicks on the list, the search line and the preview: browsing, and what is done with the selected session.
// Changes the model; what is wanted of the world comes back as effects.
#pragma once

#include <string>

#include "tui/layout.hpp"
#include "tui/outcome.hpp"

namespace panko::tui {

[[nodiscard]] Effects press_while_searching(Model& model, const KeyPress& key);
[[nodiscard]] Effects press_while_browsing(Model& model, const KeyPress& key);

/// Pasted text goes into the search line, when that is open.
void paste(Model& model, const Paste& paste);

[[nodiscard]] Effects click(Model& model, const MouseAction& action);

/// A sentence at the bottom, for some seconds.
void say(Model& model, std::string sentence, bool is_failure = false);

/// A window about sharing has been asked for its part.
[[nodiscard]] Effects follow(Model& model, Outcome outcome);

[[nodiscard]] Preferences preferences(const Browser& browser);

}  // namespace panko::tui
