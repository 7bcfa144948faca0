#include "tui/color_depth.hpp"

#include <algorithm>
#include <array>

namespace panko::tui {

namespace {

/// COLORTERM rarely gets through ssh; TERM does.
constexpr std::array<std::string_view, 7> kTruecolor{"-direct",       "alacritty",   "contour", "foot",
                                                     "xterm-ghostty", "xterm-kitty", "wezterm"};
constexpr std::array<std::string_view, 4> kNone{"dumb", "vt", "xterm-mono", "unknown"};

}  // namespace

ColorDepth color_depth(std::string_view colorterm, std::string_view term, std::string_view no_color) {
  if (!no_color.empty() || term.empty()) return ColorDepth::none;
  if (std::ranges::any_of(kNone, [&](auto name) { return term.starts_with(name); })) return ColorDepth::none;
  if (colorterm == "truecolor" || colorterm == "24bit") return ColorDepth::truecolor;
  if (std::ranges::any_of(kTruecolor, [&](auto name) { return term.contains(name); })) return ColorDepth::truecolor;
  return term.contains("256color") ? ColorDepth::palette : ColorDepth::sixteen;
}

}  // namespace panko::tui
