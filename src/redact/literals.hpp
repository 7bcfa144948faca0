// Looks for known texts in bytes as they stand in a file: as they are, escaped for JSON, percent- and base64-encoded,
// and (the long ones) wrapped over lines. Built once, then read by any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "redact/views.hpp"

struct hs_database;

namespace panko {

class LiteralSet {
 public:
  enum class How : std::uint8_t {
    value,  // a long random value: exact, also encoded and wrapped
    word,   // what the owner listed: in any case, also encoded, also as a part of a longer word
    name,   // of a user or host: exact, and not as a part of a longer word
    owner,  // a name that is a common word: only where an owner is named (`ls -l`, name@host)
  };
  void add(std::string_view text, std::uint32_t value, How how);
  [[nodiscard]] bool is_empty() const { return literals_.empty(); }

  struct Hit {
    ByteSpan span;
    std::uint32_t value = 0;
  };
  /// What was added since the last compile() is not looked for.
  void find(std::string_view bytes, std::vector<Hit>& hits) const;
  void compile();

 private:
  struct Literal {
    std::string text;  // what is looked for
    std::string rest;  // what stands behind it when it is what is meant
    std::uint32_t value;
    How how;
    bool is_base64;
  };
  struct Found {
    std::uint32_t literal;
    std::size_t end;  // of its text
  };
  /// The stems of values, all of the same length: found by a hash of the bytes at each place. It is built in no time,
  /// however many values there are.
  struct Stems {
    std::vector<std::uint64_t> bits;                                  // by hash: one may stand here
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by_bytes{};  // sorted
  };
  void add_form(std::string text, std::uint32_t value, How how, bool is_base64);
  void find_stems(std::string_view bytes, std::vector<Found>& found) const;
  void find_words(std::string_view bytes, std::vector<Found>& found) const;

  std::vector<Literal> literals_;
  std::shared_ptr<const hs_database> database_;  // of words and names
  Stems stems_;
  bool is_compiled_ = true;
};

}  // namespace panko
