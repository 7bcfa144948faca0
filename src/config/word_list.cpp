#include "config/word_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kMostBytes = 1 << 20;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

Result<void> check_word(std::string_view word) {
  if (!is_valid_utf8(word) || std::ranges::any_of(word, is_control)) return fail("A word is one line of plain text.");
  if (squeeze_white_space(word) != word) return fail("A word has no white space around it, and single spaces in it.");
  if (characters_in(word) < kShortestWord)
    return fail(
        fmt::format("A word has at least {} characters; a shorter one would be masked everywhere.", kShortestWord));
  if (word.size() > kLongestWord) return fail(fmt::format("A word has at most {} bytes.", kLongestWord));
  return {};
}

Result<std::vector<std::string>> read_word_list(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::vector<std::string>{};
  auto text = read_file(file, kMostBytes);
  if (!text) return fail(text.error().message + ".");
  std::vector<std::string> words;
  std::string_view rest = *text;
  while (!rest.empty() && words.size() < kMostWords) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string word = squeeze_white_space(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (check_word(word) && std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

Result<void> write_word_list(const std::filesystem::path& file, const std::vector<std::string>& words) {
  if (auto made = ensure_private_directory(file.parent_path()); !made) return made;
  std::string text;
  for (const std::string& word : words) text += word + '\n';
  return write_file_atomically(file, text);
}

}  // namespace panko
