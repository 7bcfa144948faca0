// Fuzzy matching as in a type-ahead: the characters of a word in order, words (split at spaces) in any order, case by
// smart case. Runs, beginnings of words and of parts of names ("fooBar", "foo_bar", "src/foo") count most. In a long
// text a word has to be met within a short stretch, else it would be met nearly everywhere. Pure, and bounded on any
// input; fast enough for 10,000 sessions a keystroke.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/entry.hpp"
#include "session/text_pattern.hpp"

namespace panko {

struct FuzzyMatch {
  std::int32_t score = 0;          // higher is better
  std::vector<MatchRange> ranges;  // in the text
};

class FuzzyQuery {
 public:
  explicit FuzzyQuery(std::string_view text);
  [[nodiscard]] bool empty() const;  // matches everything

  /// In one text. nullopt: it does not match.
  [[nodiscard]] std::optional<FuzzyMatch> match(std::string_view text) const;

  /// In a session: title, project, first prompt and id; the best of them counts, the title most. A word may be met by
  /// any of them; of an id, only an unbroken piece. nullopt: some word is met nowhere.
  [[nodiscard]] std::optional<std::int32_t> score(const SessionEntry& session) const;

  /// Where a text shows what was met: for marking. Empty when it has none of the words.
  [[nodiscard]] std::vector<MatchRange> marks(std::string_view text) const;

  /// One character of a word: as it is compared, and every way that a text may spell it.
  struct Character {
    std::int32_t folded = 0;
    std::vector<std::string> spellings;
  };
  using Word = std::vector<Character>;

 private:
  std::vector<Word> words_;
  bool exact_case_ = false;
};

}  // namespace panko
