// How many colours a terminal shows, by what its environment says. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace panko::tui {

enum class ColorDepth : std::uint8_t {
  none,  // bold, underlined and inverted text are there all the same
  sixteen,
  palette,    // 256
  truecolor,  // any
};

/// The values of COLORTERM, TERM and NO_COLOR; empty: not set.
[[nodiscard]] ColorDepth color_depth(std::string_view colorterm, std::string_view term, std::string_view no_color);

}  // namespace panko::tui
