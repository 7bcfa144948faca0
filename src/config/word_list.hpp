// The owner's own words that are masked in every share: `redact-words` beside config.toml, one a line. People may edit
// it by hand too. Blocking; any thread. Errors name the file, and never a word.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko {

inline constexpr std::size_t kShortestWord = 3;   // characters: a shorter one would stand everywhere
inline constexpr std::size_t kLongestWord = 200;  // bytes
inline constexpr std::size_t kMostWords = 1000;

/// Why it cannot be a word that is always masked.
[[nodiscard]] Result<void> check_word(std::string_view word);

/// In the file's order, each once, without white space around. A missing file has none. A line that can be no word is
/// left out; a file that cannot be read is an error.
[[nodiscard]] Result<std::vector<std::string>> read_word_list(const std::filesystem::path& file);

/// Writes it atomically (0600), and makes its directory (0700) where there is none.
[[nodiscard]] Result<void> write_word_list(const std::filesystem::path& file, const std::vector<std::string>& words);

}  // namespace panko
