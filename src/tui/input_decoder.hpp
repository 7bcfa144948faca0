// What a terminal sends, as Input values: keys of xterm, tmux, rxvt, the Linux console and kitty, the mouse, pastes.
// Pure and incremental: chunks may end anywhere. What is unknown (answers to questions that nobody asked, keys without
// a name) is swallowed whole, never taken for keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/input.hpp"

namespace panko::tui {

class InputDecoder {
 public:
  static constexpr std::size_t kMaxPaste = 64 << 10;  // bytes; what is beyond is dropped

  [[nodiscard]] std::vector<Input> feed(std::string_view bytes);

  /// What came so far may go on: a lone ESC is the Escape key or the beginning of a sequence. How long to wait for
  /// more until give_up(); nullopt: nothing is pending.
  [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const;
  /// No more came: what is pending counts as it is. Nothing is pending after that.
  [[nodiscard]] std::vector<Input> give_up();

 private:
  enum class State {
    ground,
    sequence,  // the rest of a CSI sequence that is too long to mean anything
    string,    // inside an OSC, DCS, APC, PM or SOS
    paste,
  };

  void decode(std::vector<Input>& inputs);
  void decode_ground(std::vector<Input>& inputs);
  [[nodiscard]] bool skip_sequence();
  [[nodiscard]] bool skip_string();
  void take_paste(std::vector<Input>& inputs);
  void end_paste(std::vector<Input>& inputs);

  State state_ = State::ground;
  std::string held_;  // not yet decoded
  std::string paste_;
  std::size_t skipped_ = 0;  // bytes of the string so far
};

}  // namespace panko::tui
