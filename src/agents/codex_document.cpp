#include "agents/codex_document.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json_index.hpp"
#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kLargest = LineReader::kLongestLine;
constexpr std::uint64_t kWindow = 256 << 10;

/// Takes tokens off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool take(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  /// A whole object.
  [[nodiscard]] std::optional<std::string_view> object() {
    skip_space();
    const std::string_view rest = text_.substr(at_);
    const auto length = rest.starts_with('{') ? json_object_length(rest) : std::nullopt;
    if (!length) return std::nullopt;
    at_ += *length;
    return rest.substr(0, *length);
  }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The session, and the cursor in front of the first item.
std::optional<std::string_view> take_session(Cursor& cursor) {
  (void)cursor.take(kByteOrderMark);
  if (!cursor.take("{") || !cursor.take("\"session\"") || !cursor.take(":")) return std::nullopt;
  const auto session = cursor.object();
  if (!session || !cursor.take(",") || !cursor.take("\"items\"") || !cursor.take(":") || !cursor.take("["))
    return std::nullopt;
  return session;
}

bool load(JsonIndex& index, std::string& padded, std::string_view object) {
  padded.assign(object);
  padded.append(LineReader::kPadding, '\0');
  return index.load(std::string_view(padded).substr(0, object.size())) == JsonStatus::complete;
}

}  // namespace

bool is_codex_document(std::string_view head) {
  Cursor cursor(head);
  const auto session = take_session(cursor);
  if (!session) return false;
  JsonIndex index;
  std::string padded;
  if (!load(index, padded, *session) || !index.root()["id"].is_string() || !index.root()["timestamp"].is_string())
    return false;
  const auto item = cursor.object();
  return !item || (load(index, padded, *item) && index.root()["type"].is_string());
}

bool is_codex_document(const Source& source) {
  std::string head(static_cast<std::size_t>(std::min(source.size(), kWindow)), '\0');
  const auto got = source.read_at(0, head);
  return got && is_codex_document(std::string_view(head).substr(0, *got));
}

std::span<const std::string_view> codex_record_lists(const Source& source) {
  static constexpr std::array<std::string_view, 1> kRecordLists{"items"};
  if (!is_codex_document(source)) return {};
  return kRecordLists;
}

Result<void> read_codex_document(const Source& source, const std::function<void(const JsonRecord&)>& visit) {
  if (source.size() > kLargest) return fail("This session is one JSON document of more than 64 MiB: it is not read.");
  const auto text = source.read({.offset = 0, .length = static_cast<std::uint32_t>(source.size())});
  if (!text) return std::unexpected(text.error());
  Cursor cursor(*text);
  JsonIndex index;
  std::string padded;
  std::uint32_t ordinal = 0;
  const auto add = [&](std::string_view object) {
    ++ordinal;
    if (!load(index, padded, object)) return;
    visit({.object = index.root(),
           .range = {.offset = static_cast<std::uint64_t>(object.data() - text->data()),
                     .length = static_cast<std::uint32_t>(object.size())},
           .ordinal = ordinal});
  };
  const auto session = take_session(cursor);
  if (!session) return {};
  add(*session);
  while (const auto item = cursor.object()) {
    add(*item);
    if (!cursor.take(",")) break;
  }
  return {};
}

}  // namespace panko
