#include "tui/cell_text.hpp"

#include "base/text.hpp"

namespace panko::tui {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kMaxBytes = 48;  // a letter may carry any number of marks
/// Asks for a wide picture in place of a narrow sign; terminals differ in how wide it gets then.
constexpr std::int32_t kEmojiPresentation = 0xFE0F;

bool is_allowed(std::int32_t c) {
  return c >= 0x20 && (c < 0x7F || c >= 0xA0) && !is_invisible(c) && c != kEmojiPresentation;
}

/// Latin, punctuation, lines and blocks.
bool is_narrow_everywhere(std::int32_t c) {
  return (c >= 0x20 && c < 0x7F) || (c >= 0xA1 && c < 0x300 && c != 0xAD) || (c >= 0x2010 && c <= 0x2027) ||
         (c >= 0x2500 && c <= 0x259F);
}

}  // namespace

bool is_sure_width(std::string_view character) {
  if (character.empty()) return false;
  if (character.size() == 1) return character[0] >= 0x20 && character[0] < 0x7F;
  const auto [codepoint, length] = decode_character(character);
  return length == character.size() && is_narrow_everywhere(codepoint);
}

CellText cell_text(std::string_view character) {
  if (is_sure_width(character)) return {.text = std::string(character), .is_wide = false, .is_sure = true};
  if (character.empty()) return {.text = " ", .is_wide = false, .is_sure = true};

  CellText result;
  for (std::string_view rest = character; !rest.empty();) {
    const auto [codepoint, length] = decode_character(rest);
    if (is_allowed(codepoint) && result.text.size() + length <= kMaxBytes) result.text += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  if (result.text.empty()) return {.text = std::string(kReplacement), .is_wide = false, .is_sure = false};
  // As it was measured when it was painted; FTXUI's own tables lack the emoji of the last years.
  const std::size_t width = terminal_width(result.text);
  if (width == 0) result.text.insert(0, 1, ' ');  // a mark alone would sit on the cell before
  result.is_wide = width == 2;
  if (width > 2) return {.text = std::string(kReplacement), .is_wide = false, .is_sure = false};
  return result;
}

}  // namespace panko::tui
