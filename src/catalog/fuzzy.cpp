#include "catalog/fuzzy.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "base/text.hpp"

namespace panko {

namespace {

using Word = FuzzyQuery::Word;

/// Nobody types longer words; what is over the limit does not count. It bounds the work.
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostWords = 16;
/// A longer text is not looked at as a whole: the word is looked for in stretches of it.
constexpr std::size_t kShortText = 256;
constexpr std::size_t kLongestText = std::size_t{4} << 10;
constexpr std::size_t kLongestWindow = 4 * kLongestWord + 16;
/// So many words of a long text are tried as the beginning of characters that do not follow each other.
constexpr std::size_t kAttempts = 8;
static_assert(kLongestWindow >= kShortText);

constexpr std::int32_t kMatch = 16;
constexpr std::int32_t kConsecutive = 8;
constexpr std::int32_t kBoundary = 10;
constexpr std::int32_t kCamel = 8;
constexpr std::int32_t kNumber = 4;
constexpr std::int32_t kGapStart = 3;
constexpr std::int32_t kGap = 1;
constexpr std::int32_t kNone = INT32_MIN / 2;

// Of eight: a title counts most.
constexpr std::int32_t kTitleWeight = 8;
constexpr std::int32_t kProjectWeight = 7;
constexpr std::int32_t kPromptWeight = 5;
constexpr std::int32_t kIdWeight = 4;

/// What words are made of; every character beyond ASCII is taken for one.
enum class Kind : std::uint8_t { none, lower, upper, digit };

constexpr auto kAsciiKinds = [] {
  std::array<Kind, 128> kinds{};
  for (unsigned char c = 'a'; c <= 'z'; ++c) kinds[c] = Kind::lower;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) kinds[c] = Kind::upper;
  for (unsigned char c = '0'; c <= '9'; ++c) kinds[c] = Kind::digit;
  return kinds;
}();

Kind kind_of(std::int32_t c) {
  if (c < 0) return Kind::none;
  if (c < 0x80) return kAsciiKinds[static_cast<std::size_t>(c)];
  return utf8proc_isupper(c) != 0 ? Kind::upper : Kind::lower;
}

std::int32_t fold(std::int32_t c) {
  if (c >= 0x80) return utf8proc_tolower(c);
  return kind_of(c) == Kind::upper ? c - 'A' + 'a' : c;
}

std::string encode(std::int32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = static_cast<std::size_t>(utf8proc_encode_char(c, bytes.data()));
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

FuzzyQuery::Character character_of(std::int32_t c, bool exact_case) {
  if (exact_case) return {.folded = c, .spellings = {encode(c)}};
  FuzzyQuery::Character character{.folded = fold(c), .spellings = {encode(fold(c))}};
  for (const std::int32_t other : {utf8proc_toupper(c), utf8proc_totitle(c)})
    if (std::string spelling = encode(other);
        std::ranges::find(character.spellings, spelling) == character.spellings.end())
      character.spellings.push_back(std::move(spelling));
  return character;
}

/// Where the character is met first in text[from, to); npos: nowhere.
std::size_t find(std::string_view text, std::size_t from, std::size_t to, const FuzzyQuery::Character& character) {
  std::size_t best = std::string_view::npos;
  for (const std::string& spelling : character.spellings) {
    const std::size_t found = text.substr(0, to).find(spelling, from);
    if (found == std::string_view::npos) continue;
    best = to = found;  // the others have to be met before it
  }
  return best;
}

struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Kind kind_before(std::string_view text, std::size_t at) {
  if (at == 0) return Kind::none;
  const auto byte = static_cast<unsigned char>(text[at - 1]);
  return byte < 0x80 ? kind_of(byte) : Kind::lower;
}

bool begins_word(std::string_view text, std::size_t at) {
  return kind_before(text, at) == Kind::none;
}

/// From the first character on, each of the others as early as it can be.
std::optional<Window> first_window(std::string_view text, const Word& word, std::size_t from, std::size_t to) {
  Window window;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const std::size_t at = find(text, from, to, word[i]);
    if (at == std::string_view::npos) return std::nullopt;
    if (i == 0) window.begin = at;
    from = window.end = at + word[i].spellings.front().size();
  }
  return window;
}

/// Behind the word's characters when they follow each other from `at` on; npos: they do not.
std::size_t end_of_run(std::string_view text, const Word& word, std::size_t at) {
  for (const FuzzyQuery::Character& character : word) {
    std::size_t length = 0;
    for (const std::string& spelling : character.spellings)
      if (at < text.size() && text[at] == spelling.front() && text.substr(at).starts_with(spelling))
        length = spelling.size();
    if (length == 0) return std::string_view::npos;
    at += length;
  }
  return at;
}

/// The stretch of a long text where the word is met most closely. It begins with a word of the text, unless the
/// characters follow each other.
std::optional<Window> closest_window(std::string_view text, const Word& word) {
  const std::size_t span = std::min(4 * word.size() + 16, kLongestWindow);
  std::optional<Window> run;
  std::optional<Window> best;
  std::size_t attempts = 0;
  for (std::size_t from = 0;; ++from) {
    from = find(text, from, text.size(), word.front());
    if (from == std::string_view::npos) return run ? run : best;
    const bool at_word = begins_word(text, from);
    if (at_word || !run)
      if (const std::size_t end = end_of_run(text, word, from); end != std::string_view::npos) {
        run = Window{.begin = from, .end = end};
        if (at_word) return run;
      }
    if (!at_word || run || attempts == kAttempts) continue;
    ++attempts;
    const auto window = first_window(text, word, from, std::min(text.size(), from + span));
    if (window && (!best || window->end - window->begin < best->end - best->begin)) best = window;
  }
}

/// Where the word is looked for.
std::optional<Window> window_of(std::string_view text, const Word& word) {
  if (text.size() > kShortText) return closest_window(text.substr(0, kLongestText), word);
  const auto first = first_window(text, word, 0, text.size());
  if (!first) return std::nullopt;
  // Nothing scores higher than a run at the beginning of a word.
  if (const auto closest = closest_window(text, word);
      closest && begins_word(text, closest->begin) && end_of_run(text, word, closest->begin) == closest->end)
    return closest;
  return Window{.begin = first->begin, .end = text.size()};
}

/// What an alignment works on: the characters of a window.
struct Letters {
  std::array<std::int32_t, kLongestWindow> codes;
  std::array<std::int32_t, kLongestWindow> bonuses;
  std::array<std::uint32_t, kLongestWindow + 1> offsets;
  std::size_t count = 0;

  Letters(std::string_view text, Window window, bool exact_case) {
    Kind before = kind_before(text, window.begin);
    std::size_t at = window.begin;
    while (at < window.end && count < kLongestWindow) {
      std::int32_t c = static_cast<unsigned char>(text[at]);
      offsets[count] = static_cast<std::uint32_t>(at);
      if (c < 0x80) {
        ++at;
      } else {
        const DecodedCharacter decoded = decode_character(text.substr(at));
        c = decoded.codepoint;
        at += decoded.length;
      }
      codes[count] = exact_case ? c : fold(c);
      const Kind kind = kind_of(c);
      bonuses[count] = bonus(before, kind);
      before = kind;
      ++count;
    }
    offsets[count] = static_cast<std::uint32_t>(at);
  }

  static std::int32_t bonus(Kind before, Kind kind) {
    if (kind == Kind::none) return 0;
    if (before == Kind::none) return kBoundary;
    if (before == kind) return 0;
    return kind == Kind::upper ? kCamel : kind == Kind::digit ? kNumber : 0;
  }
};

struct Alignment {
  std::int32_t score = kNone;
  std::vector<std::size_t> places;  // of the word's characters among the letters; only when asked for
};

/// The best way to meet the word among the letters: one row a character of the word, and in it, for each letter, the
/// best score with the character met there (`met`), and with letters passed over since (`gap`).
template <bool with_places>
Alignment align(const Letters& letters, const Word& word) {
  struct Row {
    std::array<std::int32_t, kLongestWindow> met;
    std::array<std::int32_t, kLongestWindow> gap;
  };
  std::array<Row, 2> rows;
  // For the way back: whether the character before was met at the letter before; whether a gap began there.
  struct Step {
    bool is_consecutive = false;
    bool begins_gap = false;
  };
  std::vector<std::array<Step, kLongestWindow>> steps(with_places ? word.size() : 0);

  const std::size_t count = letters.count;
  std::size_t begin = 0;  // no letter before it can meet the character
  for (std::size_t i = 0; i < word.size(); ++i) {
    auto& [met, gap] = rows[i % 2];
    const auto& [met_before, gap_before] = rows[(i + 1) % 2];
    const std::int32_t wanted = word[i].folded;
    std::size_t first = count;
    std::int32_t met_left = kNone;
    std::int32_t gap_left = kNone;
    for (std::size_t j = begin; j < count; ++j) {
      const bool begins_gap = met_left - kGapStart >= gap_left - kGap;
      gap[j] = gap_left = begins_gap ? met_left - kGapStart : gap_left - kGap;
      met[j] = met_left = kNone;
      bool is_consecutive = false;
      if (letters.codes[j] == wanted) {
        const std::int32_t bonus = letters.bonuses[j];
        if (i == 0) {
          met_left = kMatch + 2 * bonus;
        } else {
          const std::int32_t run = met_before[j - 1] + std::max(bonus, kConsecutive);
          const std::int32_t jump = gap_before[j - 1] + bonus;
          is_consecutive = run >= jump;
          met_left = kMatch + std::max(run, jump);
        }
        met[j] = met_left;
        first = std::min(first, j);
      }
      if constexpr (with_places) steps[i][j] = {.is_consecutive = is_consecutive, .begins_gap = begins_gap};
    }
    if (first == count) return {};
    begin = first + 1;
  }

  Alignment best;
  std::size_t last = 0;
  const auto& met = rows[(word.size() + 1) % 2].met;
  for (std::size_t j = begin - 1; j < count; ++j)
    if (met[j] > best.score) {
      best.score = met[j];
      last = j;
    }
  if constexpr (with_places) {
    if (best.score <= kNone / 2) return best;
    best.places.resize(word.size());
    for (std::size_t i = word.size(); i-- > 0;) {
      best.places[i] = last;
      if (i == 0) break;
      if (steps[i][last--].is_consecutive) continue;
      while (!steps[i - 1][last--].begins_gap) {
      }
    }
  }
  return best;
}

std::optional<std::int32_t> score_of(std::string_view text, const Word& word, bool exact_case) {
  const auto window = window_of(text, word);
  if (!window) return std::nullopt;
  const std::int32_t score = align<false>(Letters(text, *window, exact_case), word).score;
  return score > 0 ? std::optional(score) : std::nullopt;
}

/// Appends the bytes that the word was met at.
std::optional<std::int32_t> mark(std::string_view text, const Word& word, bool exact_case,
                                 std::vector<MatchRange>& ranges) {
  const auto window = window_of(text, word);
  if (!window) return std::nullopt;
  const Letters letters(text, *window, exact_case);
  const Alignment alignment = align<true>(letters, word);
  if (alignment.score <= 0) return std::nullopt;
  for (const std::size_t place : alignment.places)
    ranges.push_back({.offset = letters.offsets[place], .length = letters.offsets[place + 1] - letters.offsets[place]});
  return alignment.score;
}

void merge(std::vector<MatchRange>& ranges) {
  std::ranges::sort(ranges, {}, &MatchRange::offset);
  std::vector<MatchRange> merged;
  for (const MatchRange& range : ranges) {
    if (!merged.empty() && range.offset <= merged.back().offset + merged.back().length) {
      MatchRange& last = merged.back();
      last.length = std::max(last.length, range.offset + range.length - last.offset);
    } else {
      merged.push_back(range);
    }
  }
  ranges = std::move(merged);
}

/// An id is met by an unbroken piece of it: of hexadecimal digits in any order, nearly every id has some.
std::optional<std::int32_t> score_of_id(std::string_view id, const Word& word) {
  for (std::size_t from = 0; from < id.size(); ++from) {
    from = find(id, from, id.size(), word.front());
    if (from == std::string_view::npos) return std::nullopt;
    if (const auto window = first_window(id, word, from, std::min(id.size(), from + word.size())))
      return static_cast<std::int32_t>(word.size()) * (kMatch + kConsecutive) + (from == 0 ? kBoundary : 0);
  }
  return std::nullopt;
}

/// No alignment of the word has a higher score.
std::int32_t highest_score(const Word& word) {
  return static_cast<std::int32_t>(word.size()) * (kMatch + kBoundary) + kBoundary;
}

std::optional<std::int32_t> score_of(const SessionEntry& session, const Word& word, bool exact_case) {
  std::int32_t best = 0;
  const auto consider = [&best](std::optional<std::int32_t> score, std::int32_t weight) {
    if (score) best = std::max(best, *score * weight);
  };
  const std::int32_t highest = highest_score(word);
  consider(score_of(session.digest.facts.title, word, exact_case), kTitleWeight);
  if (best < highest * kProjectWeight) consider(score_of(session.project, word, exact_case), kProjectWeight);
  if (best < highest * kPromptWeight) consider(score_of(session.digest.first_prompt, word, exact_case), kPromptWeight);
  if (best < highest * kIdWeight) consider(score_of_id(session.digest.facts.id, word), kIdWeight);
  return best > 0 ? std::optional(best) : std::nullopt;
}

}  // namespace

FuzzyQuery::FuzzyQuery(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::vector<std::vector<std::int32_t>> words(1);
  for (std::string_view rest = valid; !rest.empty();) {
    const auto [c, length] = decode_character(rest);
    rest.remove_prefix(length);
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    exact_case_ = exact_case_ || kind_of(c) == Kind::upper;
    if (words.size() <= kMostWords && words.back().size() < kLongestWord) words.back().push_back(c);
  }
  for (const auto& characters : words) {
    if (characters.empty()) continue;
    Word& word = words_.emplace_back();
    for (const std::int32_t c : characters) word.push_back(character_of(c, exact_case_));
  }
}

bool FuzzyQuery::empty() const {
  return words_.empty();
}

std::optional<FuzzyMatch> FuzzyQuery::match(std::string_view text) const {
  FuzzyMatch match;
  for (const Word& word : words_) {
    const auto score = mark(text, word, exact_case_, match.ranges);
    if (!score) return std::nullopt;
    match.score += *score;
  }
  merge(match.ranges);
  return match;
}

std::optional<std::int32_t> FuzzyQuery::score(const SessionEntry& session) const {
  std::int32_t sum = 0;
  for (const Word& word : words_) {
    const auto score = score_of(session, word, exact_case_);
    if (!score) return std::nullopt;
    sum += *score;
  }
  return sum;
}

std::vector<MatchRange> FuzzyQuery::marks(std::string_view text) const {
  std::vector<MatchRange> ranges;
  for (const Word& word : words_) (void)mark(text, word, exact_case_, ranges);
  merge(ranges);
  return ranges;
}

}  // namespace panko
