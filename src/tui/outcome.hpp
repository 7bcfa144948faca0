// What a key, a click or an event leads to, beside the model that it changed. Plain values.
#pragma once

#include <optional>

#include "tui/effect.hpp"
#include "tui/event.hpp"

namespace panko::tui {

struct Outcome {
  Effects effects = {};
  std::optional<Said> said = {};
  bool taken = true;  // false: the key or click is for the screen below
};

}  // namespace panko::tui
