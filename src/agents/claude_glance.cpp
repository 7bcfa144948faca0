#include "agents/claude_glance.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "agents/safe_name.hpp"

namespace panko {

namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}
  [[nodiscard]] std::string_view rest() const { return rest_; }

  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// A string in quotes without an escape: what stands between them.
  std::optional<std::string_view> take_string() {
    if (!rest_.starts_with('"')) return std::nullopt;
    const auto end = rest_.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view body = rest_.substr(1, end - 1);
    if (body.contains('\\')) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return body;
  }

 private:
  std::string_view rest_;
};

/// Whether objects meet: two records on one line or, with a comma, a list of them. Written so that it is vectorised.
template <bool kInLists>
bool objects_meet(std::string_view text) {
  std::uint8_t met = 0;
  const char* const at = text.data();
  for (std::size_t i = 2; i < text.size(); ++i) {
    const auto opens = static_cast<std::uint8_t>(at[i] == '{');
    auto closes = static_cast<std::uint8_t>(at[i - 1] == '}');
    if constexpr (kInLists)
      closes |= static_cast<std::uint8_t>(static_cast<std::uint8_t>(at[i - 1] == ',') &
                                          static_cast<std::uint8_t>(at[i - 2] == '}'));
    met |= static_cast<std::uint8_t>(opens & closes);
  }
  return met != 0;
}

/// Nothing that has to be repaired before it can be shown.
bool is_text(std::string_view text) {
  return simdjson::validate_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; });
}

/// From behind the parent's id to behind "type"; false: not as it is always laid out.
bool take_front(Cursor& cursor, ClaudeRecord& record) {
  while (cursor.take(",")) {
    const auto key = cursor.take_string();
    if (!key || !cursor.take(":")) return false;
    if (*key == "isSidechain") {
      record.is_sidechain = cursor.take("true");
      if (!record.is_sidechain && !cursor.take("false")) return false;
      continue;
    }
    const auto value = cursor.take_string();
    if (!value) return false;
    if (*key == "type") {
      if (*value == "progress") record.type = ClaudeRecordType::progress;
      if (*value == "user") record.type = ClaudeRecordType::user;
      return true;
    }
    if (*key == "cwd") {
      record.cwd = *value;
    } else if (*key == "sessionId") {
      record.session_id = *value;
    } else if (*key == "gitBranch") {
      record.git_branch = *value;
    } else if (*key == "slug") {
      record.slug = *value;
    } else if (*key != "userType" && *key != "version" && *key != "agentId" && *key != "entrypoint") {
      return false;
    }
  }
  return false;
}

bool take_id_and_time(Cursor& cursor, ClaudeRecord& record) {
  for (const bool id_first : {true, false}) {
    Cursor at = cursor;
    const auto take = [&](std::string_view key, std::string_view& into) {
      if (!at.take(key)) return false;
      const auto value = at.take_string();
      if (value) into = *value;
      return value.has_value();
    };
    const bool taken = id_first ? take(R"(,"uuid":)", record.uuid) && take(R"(,"timestamp":)", record.timestamp)
                                : take(R"(,"timestamp":)", record.timestamp) && take(R"(,"uuid":)", record.uuid);
    if (!taken) continue;
    cursor = at;
    return is_safe_name(record.uuid);
  }
  return false;
}

/// At the end of the line, as they stand there: a UUID and a time with milliseconds. `body`: what lies in front.
bool take_end(std::string_view text, ClaudeRecord& record, std::string_view& body) {
  constexpr std::size_t kLength =
      std::string_view(R"(,"uuid":"00000000-0000-4000-8000-000000000000","timestamp":"2026-01-01T00:00:00.000Z"})")
          .size();
  if (text.size() < kLength) return false;
  Cursor end(text.substr(text.size() - kLength));
  body = text.substr(0, text.size() - kLength);
  return take_id_and_time(end, record) && end.rest() == "}";
}

bool take_progress(std::string_view rest, ClaudeRecord& record) {
  std::string_view body;
  return rest.starts_with(R"(,"data":{)") && take_end(rest, record, body) && !objects_meet<false>(body);
}

/// One result and nothing else: a text beside it would be said by the user.
bool take_result(Cursor cursor, ClaudeRecord& record) {
  if (!cursor.take(R"(,"message":{"role":"user","content":[{"tool_use_id":)") || !cursor.take_string() ||
      !cursor.take(R"(,"type":"tool_result","content":")"))
    return false;
  std::string_view body;
  if (take_end(cursor.rest(), record, body)) return !objects_meet<true>(body);
  constexpr std::string_view kEnd = R"(}]},"uuid":")";  // no text of a string: its quotes would be escaped
  const std::string_view text = cursor.rest();
  const void* found = ::memmem(text.data(), text.size(), kEnd.data(), kEnd.size());
  if (found == nullptr) return false;
  const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  if (objects_meet<true>(text.substr(0, end))) return false;
  Cursor behind(text.substr(end + 3));
  if (!take_id_and_time(behind, record)) return false;
  if (behind.rest() == "}") return true;
  return behind.rest().starts_with(R"(,"toolUseResult":)") && behind.rest().ends_with('}') &&
         !objects_meet<false>(behind.rest());
}

}  // namespace

std::optional<ClaudeRecord> ClaudeGlance::look_at(std::string_view line) {
  Cursor cursor(line);
  if (line.size() < kShortest || !cursor.take(R"({"parentUuid":)")) return std::nullopt;
  if (!cursor.take("null") && !cursor.take_string()) return std::nullopt;
  const auto is_known = [&](const Front& front) { return !front.text.empty() && cursor.take(front.text); };
  auto front = std::ranges::find_if(fronts_, is_known);
  if (front == fronts_.end()) {
    Cursor behind = cursor;
    ClaudeRecord record;
    if (!take_front(behind, record)) return std::nullopt;
    front = fronts_.begin() + static_cast<std::ptrdiff_t>(next_);
    next_ = (next_ + 1) % fronts_.size();
    front->text = cursor.rest().substr(0, cursor.rest().size() - behind.rest().size());
    front->record = {};
    Cursor own(front->text);
    if (!take_front(own, front->record) || !is_text(front->text)) {
      front->text.clear();
      return std::nullopt;
    }
    cursor = behind;
  }
  ClaudeRecord record = front->record;
  const bool taken = record.type == ClaudeRecordType::progress
                         ? take_progress(cursor.rest(), record)
                         : record.type == ClaudeRecordType::user && take_result(cursor, record);
  return taken ? std::optional(record) : std::nullopt;
}

}  // namespace panko
