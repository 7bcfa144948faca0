// The one function that changes the model: pure in (model, event, now).
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "tui/effect.hpp"
#include "tui/event.hpp"
#include "tui/model.hpp"

namespace panko::tui {

/// A model before anything has happened: drawn as the first frame.
[[nodiscard]] Model initial_model(std::vector<SessionEntry> indexed, const Preferences& preferences, int columns,
                                  int rows, WallTime now);

[[nodiscard]] Effects update(Model& model, Event event, WallTime now);

/// When time alone changes what is drawn (a toast goes, a minute passes): send a Tick then. nullopt: never.
[[nodiscard]] std::optional<WallTime> next_change(const Model& model);

}  // namespace panko::tui
