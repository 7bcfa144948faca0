#include "tui/typing.hpp"

#include <cstdint>

#include "base/text.hpp"

namespace panko::tui {

namespace {

std::string to_utf8(char32_t character) {
  std::string text;
  const auto c = static_cast<std::uint32_t>(character);
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    text += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
  return to_valid_utf8(text);
}

void erase_character(std::string& line) {
  while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
  if (!line.empty()) line.pop_back();
}

void erase_word(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  while (!line.empty() && line.back() != ' ') line.pop_back();
}

}  // namespace

void append(std::string& line, std::string_view text, std::size_t most) {
  line += text;
  line = truncate_utf8(line, most);
}

bool type_into(std::string& line, const KeyPress& key, std::size_t most) {
  const auto is_control = [&](char32_t character) {
    return key == KeyPress{.key = Key::character, .character = character, .control = true};
  };
  if (key.key == Key::backspace || is_control('h'))
    erase_character(line);
  else if (is_control('w'))
    erase_word(line);
  else if (is_control('u'))
    line.clear();
  else if (key.key == Key::character && !key.control && !key.alt)
    append(line, to_utf8(key.character), most);
  else
    return false;
  return true;
}

}  // namespace panko::tui
