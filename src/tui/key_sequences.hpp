// One escape sequence or character at the front of what a terminal sent. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "tui/input.hpp"

namespace panko::tui {

struct DecodedInput {
  enum class Kind {
    done,         // `length` bytes are decoded; `input` is empty for what is of no interest
    incomplete,   // may go on
    too_long,     // a CSI sequence whose end is nowhere near
    string,       // `length` bytes begin a string (OSC, DCS, ...), which ends with BEL or ST
    paste_begin,  // `length` bytes begin a bracketed paste
  };
  Kind kind = Kind::done;
  std::size_t length = 0;
  std::optional<Input> input;
};

/// `bytes` is not empty.
[[nodiscard]] DecodedInput decode_front(std::string_view bytes);

}  // namespace panko::tui
