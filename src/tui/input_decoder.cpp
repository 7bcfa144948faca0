#include "tui/input_decoder.hpp"

#include <utility>

#include "base/text.hpp"
#include "tui/key_sequences.hpp"

namespace panko::tui {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kPasteEnd = "\x1b[201~";
constexpr std::size_t kMaxString = 64 << 10;
/// Longer than the bytes of one key ever lie apart on their way, shorter than a person notices.
constexpr auto kKeyPatience = 30ms;
/// For what goes on for sure: the network may be slow, but a terminal that died in the middle must not keep the keys.
constexpr auto kPatience = 1000ms;
/// The network may stop for longer in the middle of a paste, and its other half must not count as keys.
constexpr auto kPastePatience = 5000ms;

/// What a key with Alt sends too, and Escape pressed twice.
bool may_be_key(std::string_view held) {
  return held == "\x1b" || held == "\x1b\x1b" ||
         (held.size() == 2 && held[0] == '\x1b' && static_cast<unsigned char>(held[1]) < 0x80);
}

}  // namespace

std::vector<Input> InputDecoder::feed(std::string_view bytes) {
  held_ += bytes;
  std::vector<Input> inputs;
  decode(inputs);
  return inputs;
}

std::optional<std::chrono::milliseconds> InputDecoder::patience() const {
  if (state_ == State::paste) return kPastePatience;
  if (state_ != State::ground) return kPatience;
  if (held_.empty()) return std::nullopt;
  return may_be_key(held_) ? kKeyPatience : kPatience;
}

std::vector<Input> InputDecoder::give_up() {
  std::vector<Input> inputs;
  if (state_ == State::paste) {
    paste_ += std::exchange(held_, {});
    end_paste(inputs);
  } else if (state_ == State::ground && may_be_key(held_)) {
    if (held_ == "\x1b" || held_ == "\x1b\x1b") {
      for (std::size_t i = 0; i < held_.size(); ++i) inputs.emplace_back(KeyPress{.key = Key::escape});
    } else {
      inputs.emplace_back(KeyPress{.key = Key::character, .character = static_cast<char32_t>(held_[1]), .alt = true});
    }
  }
  held_.clear();
  state_ = State::ground;
  return inputs;
}

void InputDecoder::decode(std::vector<Input>& inputs) {
  std::size_t size = 0;
  State state{};
  do {
    size = held_.size();
    state = state_;
    switch (state_) {
      case State::ground: decode_ground(inputs); break;
      case State::sequence:
        if (skip_sequence()) state_ = State::ground;
        break;
      case State::string:
        if (skip_string()) state_ = State::ground;
        break;
      case State::paste: take_paste(inputs); break;
    }
  } while (!held_.empty() && (held_.size() != size || state_ != state));
}

void InputDecoder::decode_ground(std::vector<Input>& inputs) {
  std::string_view rest = held_;
  while (!rest.empty() && state_ == State::ground) {
    auto decoded = decode_front(rest);
    if (decoded.kind == DecodedInput::Kind::incomplete) break;
    rest.remove_prefix(decoded.length);
    switch (decoded.kind) {
      case DecodedInput::Kind::done:
        if (decoded.input) inputs.push_back(std::move(*decoded.input));
        break;
      case DecodedInput::Kind::too_long: state_ = State::sequence; break;
      case DecodedInput::Kind::string:
        state_ = State::string;
        skipped_ = 0;
        break;
      case DecodedInput::Kind::paste_begin: state_ = State::paste; break;
      case DecodedInput::Kind::incomplete: break;
    }
  }
  held_.erase(0, held_.size() - rest.size());
}

bool InputDecoder::skip_sequence() {
  for (std::size_t i = 0; i < held_.size(); ++i) {
    const char c = held_[i];
    if (c >= 0x20 && c <= 0x3F) continue;
    held_.erase(0, i + (c >= 0x40 && c <= 0x7E ? 1 : 0));
    return true;
  }
  held_.clear();
  return false;
}

/// Ends with BEL, ST (whose ESC alone is enough: its "\\" is swallowed with it), CAN or SUB. Ctrl+C gets through, so
/// that nobody has to wait for the end of a string that a broken terminal began.
bool InputDecoder::skip_string() {
  for (std::size_t i = 0; i < held_.size(); ++i, ++skipped_) {
    const char c = held_[i];
    if (c == '\x03' || skipped_ == kMaxString) {
      held_.erase(0, i);
      return true;
    }
    if (c == '\a' || c == '\x18' || c == '\x1a') {
      held_.erase(0, i + 1);
      return true;
    }
    if (c == '\x1b') {
      held_.erase(0, i);
      if (held_.size() == 1) return false;  // the next byte says what it is
      if (held_[1] == '\\') held_.erase(0, 2);
      return true;
    }
  }
  held_.clear();
  return false;
}

void InputDecoder::take_paste(std::vector<Input>& inputs) {
  const auto end = held_.find(kPasteEnd);
  // Without its end: all but what may be the beginning of it.
  std::size_t taken = end == std::string::npos ? held_.size() : end;
  if (end == std::string::npos) {
    const auto escape = held_.rfind('\x1b');
    if (escape != std::string::npos && kPasteEnd.starts_with(std::string_view(held_).substr(escape))) taken = escape;
  }
  // A little more than what is kept: the cut must not fall into a character.
  if (paste_.size() <= kMaxPaste) paste_.append(held_, 0, std::min(taken, kMaxPaste + 4 - paste_.size()));
  held_.erase(0, taken);
  if (end == std::string::npos) return;
  held_.erase(0, kPasteEnd.size());
  end_paste(inputs);
}

void InputDecoder::end_paste(std::vector<Input>& inputs) {
  const std::string text = to_valid_utf8(std::exchange(paste_, {}));
  state_ = State::ground;
  if (!text.empty()) inputs.emplace_back(Paste{std::string(truncate_utf8(text, kMaxPaste))});
}

}  // namespace panko::tui
