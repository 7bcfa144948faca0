// What a person does at the terminal, decoded. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace panko::tui {

enum class Key : std::uint8_t {
  character,  // KeyPress::character says which; with `control` the letter in lower case
  enter,
  escape,
  tab,
  back_tab,
  backspace,
  erase,  // Delete
  up,
  down,
  left,
  right,
  home,
  end,
  page_up,
  page_down,
};

struct KeyPress {
  Key key = Key::character;
  char32_t character = 0;
  bool control = false;
  bool alt = false;
  bool operator==(const KeyPress&) const = default;
};

/// The character itself, without Ctrl and Alt.
[[nodiscard]] inline bool is(const KeyPress& key, char32_t character) {
  return key == KeyPress{.key = Key::character, .character = character};
}

/// Cells are counted from 0 at the top left.
struct MouseAction {
  enum class Kind : std::uint8_t { press, release, wheel_up, wheel_down };
  Kind kind = Kind::press;
  int column = 0;
  int row = 0;
  bool operator==(const MouseAction&) const = default;
};

/// Text from the clipboard (bracketed paste): never taken for keys. Valid UTF-8, as it came.
struct Paste {
  std::string text;
  bool operator==(const Paste&) const = default;
};

/// The terminal lost or got the focus, ... is of no interest: unknown sequences are dropped by the decoder.
using Input = std::variant<KeyPress, MouseAction, Paste>;

}  // namespace panko::tui
