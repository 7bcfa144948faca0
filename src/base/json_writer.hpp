// Writes JSON, member by member, at the end of a string: for documents too large to be built first. The caller keeps
// the order (begin, key, value, end); the writer puts commas and escapes. Strings come out as valid UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace panko {

class JsonWriter {
 public:
  /// Appends to `out`, which must outlive it; the caller may take away what is there between two calls.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(bool truth) { return json(truth ? "true" : "false"); }
  /// JSON that is there already, and valid.
  JsonWriter& json(std::string_view text);

 private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

/// The text between quotes, escaped for JSON.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace panko
