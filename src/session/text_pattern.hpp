// A literal text to be looked for, as somebody types it: case counts when there is an upper-case letter in it (smart
// case), else a letter meets its other cases by Unicode's simple mappings. It is found in text as it is shown, and, as
// a filter, in bytes of JSON where characters may be escaped. The one place that knows Hyperscan. A pattern may be
// shared by threads; each scans with a PatternScanner of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct hs_database;
struct hs_scratch;

namespace panko {

/// A run of bytes of a text that was met: whole characters. Of several, ascending and not touching.
struct MatchRange {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool operator==(const MatchRange&) const = default;
};

class TextPattern {
 public:
  static constexpr std::size_t kMostCharacters = 256;

  /// The error is one sentence: empty, too long, no UTF-8.
  [[nodiscard]] static Result<TextPattern> of(std::string_view text);

  /// No part of it is written in JSON in one way alone: the raw filter lets everything through.
  [[nodiscard]] bool is_unfiltered() const { return raw_ == nullptr; }
  /// Bytes that a match of the raw filter has at most.
  [[nodiscard]] std::size_t longest_raw() const { return longest_raw_; }

 private:
  friend class PatternScanner;
  using Database = std::shared_ptr<const hs_database>;

  Database shown_;
  Database raw_;
  std::size_t characters_ = 0;
  std::size_t longest_raw_ = 0;
};

class PatternScanner {
 public:
  explicit PatternScanner(const TextPattern& pattern);  // which outlives it

  /// Matches in text as it is shown, ascending, not overlapping.
  [[nodiscard]] std::vector<MatchRange> find(std::string_view text) const;

  /// Places behind what may be a match in bytes of JSON, ascending. Nothing that shows the text is without one.
  void find_raw(std::string_view bytes, std::vector<std::size_t>& ends) const;

  [[nodiscard]] const TextPattern& pattern() const { return pattern_; }

 private:
  void scan(const hs_database& database, std::string_view bytes, std::vector<std::size_t>& ends) const;

  const TextPattern& pattern_;
  std::shared_ptr<hs_scratch> scratch_;
};

}  // namespace panko
