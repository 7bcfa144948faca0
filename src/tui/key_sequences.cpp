#include "tui/key_sequences.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.hpp"

namespace panko::tui {

namespace {

using Kind = DecodedInput::Kind;

constexpr char kEscape = '\x1b';
constexpr std::size_t kMaxSequence = 64;
constexpr int kMaxNumber = 0x110000;  // above any code point and any cell

DecodedInput swallow(std::size_t length) {
  return {.kind = Kind::done, .length = length, .input = std::nullopt};
}

DecodedInput incomplete() {
  return {.kind = Kind::incomplete, .length = 0, .input = std::nullopt};
}

/// The bits that xterm and kitty add to 1.
struct Modifiers {
  static constexpr int kShift = 1;
  static constexpr int kAlt = 2;
  static constexpr int kControl = 4;
  static constexpr int kSuper = 8 | 16;  // super, hyper: of the window manager
  static constexpr int kMeta = 32;
  int bits = 0;

  [[nodiscard]] bool has(int bit) const { return (bits & bit) != 0; }
};

std::optional<Input> key_press(Key key, Modifiers modifiers = {}) {
  if (modifiers.has(Modifiers::kSuper)) return std::nullopt;
  if (key == Key::tab && modifiers.has(Modifiers::kShift)) key = Key::back_tab;
  return KeyPress{.key = key,
                  .control = modifiers.has(Modifiers::kControl),
                  .alt = modifiers.has(Modifiers::kAlt | Modifiers::kMeta)};
}

std::optional<Input> character_press(char32_t character, Modifiers modifiers) {
  const bool is_surrogate = character >= 0xD800 && character < 0xE000;
  if (character < 0x20 || (character >= 0x7F && character < 0xA0) || is_surrogate || character > 0x10FFFF ||
      modifiers.has(Modifiers::kSuper))
    return std::nullopt;
  const bool control = modifiers.has(Modifiers::kControl);
  if (control && character >= 'A' && character <= 'Z') character += 'a' - 'A';
  return KeyPress{.key = Key::character,
                  .character = character,
                  .control = control,
                  .alt = modifiers.has(Modifiers::kAlt | Modifiers::kMeta)};
}

/// The numbers of a CSI sequence: "1;5" is {1, 5}; of "97:65;2" the parts behind ":" are kept apart.
struct Numbers {
  static constexpr std::size_t kMost = 4;
  std::array<int, kMost> values{};
  std::array<int, kMost> alternatives{};  // the first number behind a ":"
  std::size_t count = 0;
  bool are_plain = true;  // digits, ";" and ":" alone

  explicit Numbers(std::string_view text) {
    std::size_t field = 0;
    std::size_t part = 0;
    for (const char c : text) {
      if (c >= '0' && c <= '9') {
        count = std::min(field + 1, kMost);
        if (field >= kMost || part > 1) continue;
        int& number = part == 0 ? values[field] : alternatives[field];
        number = std::min(number * 10 + (c - '0'), kMaxNumber);
      } else if (c == ';') {
        ++field;
        part = 0;
      } else if (c == ':') {
        ++part;
      } else {
        are_plain = false;
      }
    }
  }

  [[nodiscard]] Modifiers modifiers(std::size_t field) const {
    return {.bits = std::clamp(values[field] - 1, 0, 0xFF)};
  }
};

std::optional<Key> letter_key(char final) {
  switch (final) {
    case 'A': return Key::up;
    case 'B': return Key::down;
    case 'C': return Key::right;
    case 'D': return Key::left;
    case 'H': return Key::home;
    case 'F': return Key::end;
    case 'Z': return Key::back_tab;
    default: return std::nullopt;
  }
}

std::optional<Key> numbered_key(int number) {
  switch (number) {
    case 1:
    case 7: return Key::home;
    case 4:
    case 8: return Key::end;
    case 3: return Key::erase;
    case 5: return Key::page_up;
    case 6: return Key::page_down;
    default: return std::nullopt;  // Insert, F1 to F20, ...
  }
}

/// kitty's and xterm's way to send a key by its code point.
std::optional<Input> coded_key(int code, int shifted, Modifiers modifiers) {
  switch (code) {
    case 8:
    case 127: return key_press(Key::backspace, modifiers);
    case 9: return key_press(Key::tab, modifiers);
    case 13:
    case 57414: return key_press(Key::enter, modifiers);  // the latter on the keypad
    case 27: return key_press(Key::escape, modifiers);
    default: break;
  }
  if (code >= 0xE000 && code < 0xF900) return std::nullopt;  // kitty's own codes: media keys, modifiers alone, ...
  if (modifiers.has(Modifiers::kShift)) {
    if (shifted != 0)
      code = shifted;
    else if (code >= 'a' && code <= 'z')
      code -= 'a' - 'A';
  }
  return character_press(static_cast<char32_t>(code), modifiers);
}

/// Buttons as xterm codes them; the left one and the wheel mean something.
std::optional<Input> mouse_action(int button, int column, int row, bool is_release) {
  constexpr int kMotion = 32;
  constexpr int kWheel = 64;
  constexpr int kMoreButtons = 128;
  if (column < 1 || row < 1 || (button & (kMotion | kMoreButtons)) != 0) return std::nullopt;
  MouseAction action{
      .kind = MouseAction::Kind::press, .column = std::min(column - 1, INT16_MAX), .row = std::min(row - 1, INT16_MAX)};
  const int which = button & 3;
  if ((button & kWheel) != 0) {
    if (which > 1 || is_release) return std::nullopt;  // sideways
    action.kind = which == 0 ? MouseAction::Kind::wheel_up : MouseAction::Kind::wheel_down;
  } else {
    if (which != 0) return std::nullopt;
    if (is_release) action.kind = MouseAction::Kind::release;
  }
  return action;
}

std::optional<Input> csi_input(std::string_view parameters, char final) {
  if (parameters.starts_with('<') && (final == 'M' || final == 'm')) {
    const Numbers numbers(parameters.substr(1));
    if (numbers.count != 3 || !numbers.are_plain) return std::nullopt;
    return mouse_action(numbers.values[0], numbers.values[1], numbers.values[2], final == 'm');
  }
  const Numbers numbers(parameters);
  if (!numbers.are_plain) return std::nullopt;
  constexpr int kReleased = 3;  // kitty's event, behind the modifiers
  if (numbers.alternatives[1] == kReleased) return std::nullopt;

  if (const auto key = letter_key(final)) return key_press(*key, numbers.modifiers(1));
  switch (final) {
    case 'a': return key_press(Key::up);  // rxvt with Shift
    case 'b': return key_press(Key::down);
    case 'c': return parameters.empty() ? key_press(Key::right) : std::nullopt;
    case 'd': return key_press(Key::left);
    case 'u': return coded_key(numbers.values[0], numbers.alternatives[0], numbers.modifiers(1));
    case '$':  // rxvt with Shift, Control, both
    case '^':
    case '@':
    case '~': break;
    default: return std::nullopt;
  }
  constexpr int kOtherKey = 27;  // xterm's modifyOtherKeys
  if (numbers.values[0] == kOtherKey && numbers.count == 3)
    return coded_key(numbers.values[2], 0, numbers.modifiers(1));
  const auto key = numbered_key(numbers.values[0]);
  if (!key) return std::nullopt;
  auto modifiers = numbers.modifiers(1);
  if (final == '^' || final == '@') modifiers.bits |= Modifiers::kControl;
  return key_press(*key, modifiers);
}

/// "\x1b[" and what follows. Bytes of mouse reports before SGR are raw, 32 above their value.
DecodedInput decode_csi(std::string_view bytes) {
  if (bytes.size() == 2) return incomplete();
  if (bytes[2] == '[') return bytes.size() < 4 ? incomplete() : swallow(4);  // F1 to F5 on the Linux console
  if (bytes[2] == 'M') {
    constexpr std::size_t kReport = 6;
    if (bytes.size() < kReport) return incomplete();
    const auto value = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]) - 32; };
    const bool is_release = (value(3) & 3) == 3 && value(3) < 32;
    return {.kind = Kind::done,
            .length = kReport,
            .input = mouse_action(is_release ? 0 : value(3), value(4), value(5), is_release)};
  }

  std::size_t end = 2;
  while (end < bytes.size() && bytes[end] >= 0x30 && bytes[end] <= 0x3F) ++end;
  const auto parameters = bytes.substr(2, end - 2);
  const bool is_number =
      !parameters.empty() && std::ranges::all_of(parameters, [](char c) { return c >= '0' && c <= '9'; });
  const std::size_t intermediates = end;
  if (!(is_number && end < bytes.size() && bytes[end] == '$'))  // rxvt ends keys with it
    while (end < bytes.size() && bytes[end] >= 0x20 && bytes[end] <= 0x2F) ++end;
  if (end > kMaxSequence) return {.kind = Kind::too_long, .length = end, .input = std::nullopt};
  if (end == bytes.size()) return incomplete();
  const char final = bytes[end];
  // Neither a part of a sequence nor its end: it was cut short, and something else begins here.
  if (final != '$' && (final < 0x40 || final > 0x7E)) return swallow(end);
  if (parameters == "200" && final == '~') return {.kind = Kind::paste_begin, .length = end + 1, .input = std::nullopt};
  if (end != intermediates) return swallow(end + 1);
  return {.kind = Kind::done, .length = end + 1, .input = csi_input(parameters, final)};
}

/// "\x1bO" and what follows: keys in the keypad's application mode, and of older terminals with a modifier.
DecodedInput decode_ss3(std::string_view bytes) {
  std::size_t end = 2;
  while (end < bytes.size() && ((bytes[end] >= '0' && bytes[end] <= '9') || bytes[end] == ';')) ++end;
  if (end > kMaxSequence) return {.kind = Kind::too_long, .length = end, .input = std::nullopt};
  if (end == bytes.size()) return incomplete();
  const char final = bytes[end];
  if (final < 0x40 || final > 0x7E) return swallow(end);
  const Numbers numbers(bytes.substr(2, end - 2));
  auto modifiers = numbers.modifiers(numbers.count > 1 ? 1 : 0);
  if (const auto key = letter_key(final)) return {Kind::done, end + 1, key_press(*key, modifiers)};
  if (final == 'M') return {Kind::done, end + 1, key_press(Key::enter)};
  if (final >= 'a' && final <= 'd') {  // rxvt with Control
    modifiers.bits |= Modifiers::kControl;
    return {Kind::done, end + 1, key_press(*letter_key(static_cast<char>(final - 'a' + 'A')), modifiers)};
  }
  return swallow(end + 1);
}

DecodedInput decode_control(char byte) {
  const auto done = [](std::optional<Input> input) { return DecodedInput{Kind::done, 1, std::move(input)}; };
  constexpr Modifiers kControl{.bits = Modifiers::kControl};
  switch (byte) {
    case '\r':
    case '\n': return done(key_press(Key::enter));
    case '\t': return done(key_press(Key::tab));
    case '\b':
    case '\x7f': return done(key_press(Key::backspace));
    case '\0': return done(character_press(' ', kControl));
    default: return done(character_press(static_cast<char32_t>(byte | (byte < 0x1B ? 0x60 : 0x40)), kControl));
  }
}

DecodedInput decode_utf8(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const std::size_t expected = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return swallow(1);
  for (std::size_t i = 1; i < expected; ++i) {
    if (i == bytes.size()) return incomplete();
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0) != 0x80) return swallow(i);
  }
  const auto [codepoint, length] = decode_character(bytes.substr(0, expected));
  if (codepoint < 0) return swallow(expected);
  return {Kind::done, length, character_press(static_cast<char32_t>(codepoint), {})};
}

}  // namespace

DecodedInput decode_front(std::string_view bytes) {
  const char first = bytes[0];
  if (static_cast<unsigned char>(first) >= 0x80) return decode_utf8(bytes);
  if (first != kEscape) {
    if (first < 0x20 || first == 0x7F) return decode_control(first);
    return {Kind::done, 1, character_press(static_cast<char32_t>(first), {})};
  }
  if (bytes.size() == 1) return incomplete();
  switch (bytes[1]) {
    case '[': return decode_csi(bytes);
    case 'O': return decode_ss3(bytes);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      // Alone it may be a letter with Alt; what follows decides.
      if (bytes.size() == 2) return incomplete();
      return {.kind = Kind::string, .length = 2, .input = std::nullopt};
    case kEscape: {
      // rxvt sends Alt with an arrow so; else it is the Escape key, and the second ESC begins something new.
      if (bytes.size() == 2) return incomplete();
      const bool is_sequence = bytes[2] == '[' || bytes[2] == 'O';
      if (!is_sequence) return {Kind::done, 1, key_press(Key::escape)};
      break;
    }
    default: break;
  }
  auto rest = decode_front(bytes.substr(1));
  if (rest.kind == Kind::incomplete) return rest;
  if (rest.kind != Kind::done) return {Kind::done, 1, key_press(Key::escape)};
  rest.length += 1;
  if (rest.input)
    if (auto* key = std::get_if<KeyPress>(&*rest.input)) key->alt = true;
  return rest;
}

}  // namespace panko::tui
