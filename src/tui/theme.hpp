// How things look, by what they are. The terminal's own foreground and background and a few of its sixteen colours:
// these are chosen by the user to be read on their background, dark or light. Each role is told apart by its
// attributes or its sign too, so that nothing is lost where the terminal shows no colours.
#pragma once

#include <ftxui/screen/color.hpp>

namespace panko::tui {

struct Style {
  ftxui::Color color = ftxui::Color::Default;
  bool bold = false;
  bool dim = false;
  bool underlined = false;
  bool inverted = false;
  bool operator==(const Style&) const = default;
};

namespace theme {

inline const Style kText;
inline const Style kStrong{.bold = true};
inline const Style kQuiet{.dim = true};  // columns, labels, rules: what is not read first
inline const Style kName{.color = ftxui::Color::Cyan, .bold = true};
inline const Style kKey{.bold = true};  // what can be pressed
inline const Style kMatch{.color = ftxui::Color::Magenta, .bold = true, .underlined = true};
inline const Style kLive{.color = ftxui::Color::Green, .bold = true};
inline const Style kShared{.color = ftxui::Color::Cyan, .bold = true};
inline const Style kDone{.color = ftxui::Color::Green};
inline const Style kWarning{.color = ftxui::Color::Yellow, .bold = true};
inline const Style kFailure{.color = ftxui::Color::Red, .bold = true};
inline const Style kSelected{.inverted = true};

}  // namespace theme
}  // namespace panko::tui
