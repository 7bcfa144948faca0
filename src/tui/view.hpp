// Draws the model. Pure; only what is visible is touched, so that a frame costs the same with 10 and 10,000 sessions.
#pragma once

#include <ftxui/screen/screen.hpp>

#include "tui/model.hpp"

namespace panko::tui {

/// A screen of model.columns × model.rows. Every foreign text in it has been cleaned.
[[nodiscard]] ftxui::Screen draw(const Model& model);

}  // namespace panko::tui
