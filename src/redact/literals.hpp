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
  /// Compiles what was added, at the first call.
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
  void add_encodings(std::string_view text, std::uint32_t value, How how);

  std::vector<Literal> literals_;
  std::shared_ptr<const hs_database> database_;
};

}  // namespace panko
