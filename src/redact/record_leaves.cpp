#include "redact/record_leaves.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "redact/ballast.hpp"
#include "redact/characters.hpp"
#include "redact/key_name.hpp"

namespace panko {

namespace {

constexpr std::size_t kBlob = 4096;  // of base64 alone: nobody reads it
constexpr std::size_t kShort = 64;   // a signature is longer; a name of a function is not
constexpr std::size_t kTellingName = 48;

Leaf leaf_of(std::string_view name) {
  static const std::set<std::string_view> kNames{"type",
                                                 "role",
                                                 "uuid",
                                                 "parentUuid",
                                                 "sessionId",
                                                 "id",
                                                 "tool_use_id",
                                                 "call_id",
                                                 "toolCallId",
                                                 "toolUseID",
                                                 "requestId",
                                                 "timestamp",
                                                 "model",
                                                 "version",
                                                 "name",
                                                 "subtype",
                                                 "status",
                                                 "stop_reason",
                                                 "leafUuid",
                                                 "messageId",
                                                 "message_id",
                                                 "session_id",
                                                 "parent_id",
                                                 "parentId",
                                                 "parentToolUseID",
                                                 "sourceToolAssistantUUID",
                                                 "created_at",
                                                 "updated_at",
                                                 "createdAt",
                                                 "updatedAt",
                                                 "agentId",
                                                 "logicalParentUuid",
                                                 "promptId",
                                                 "interactionId",
                                                 "turn_id",
                                                 "conversation_id",
                                                 "media_type",
                                                 "mimeType",
                                                 "service_tier",
                                                 "userType",
                                                 "entrypoint",
                                                 "level",
                                                 "kind",
                                                 "event",
                                                 "turnId",
                                                 "traceId",
                                                 "originator",
                                                 "cli_version",
                                                 "source",
                                                 "permissionMode",
                                                 "isSidechain",
                                                 "response_id",
                                                 "item_id",
                                                 "thread_id",
                                                 "git_commit",
                                                 "commit_hash",
                                                 "slug"};
  static const std::set<std::string_view> kPaths{"cwd", "workdir", "directory", "projectPath", "workspaceFolder"};
  if (kNames.contains(name)) return Leaf::name;
  return kPaths.contains(name) ? Leaf::path : Leaf::text;
}

class Walk {
 public:
  Walk(std::string_view record, Views& views, std::vector<Edit>& edits)
      : record_(record), views_(views), edits_(edits) {}

  void value(const JsonValue& json, std::string_view name, std::string_view telling, bool is_ballast) {
    if (json.is_string()) return string(json, name, telling, is_ballast);
    if (json.is_array()) {
      json.for_each_element([&](const JsonValue& element) { value(element, name, telling, is_ballast); });
      return;
    }
    if (!json.is_object()) return;
    const bool is_hidden = json["type"].body() == "redacted_thinking";
    json.for_each_member([&](std::string_view key, const JsonValue& member) {
      if (key.size() >= 12 && !std::ranges::all_of(key, [](char c) { return is_one_of(c, kLetter) || c == '_'; }))
        views_.add_json(key, place(key), Leaf::text, {});
      std::string_view tells{};
      if (member.is_string()) {
        tells = key;
        if (key == "value") {  // {"name": "API_KEY", "value": "..."}
          if (const auto named = json["name"].body(); !named.empty())
            tells = named;
          else if (const auto keyed = json["key"].body(); !keyed.empty())
            tells = keyed;
        }
        if (tells.size() > kTellingName || what_name_says(tells) == NameSays::nothing) tells = {};
      }
      const bool leave_out = is_ballast || is_ballast_member(key) || (is_hidden && key == "data");
      value(member, key, tells, leave_out);
    });
  }

 private:
  [[nodiscard]] std::size_t place(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - record_.data());
  }

  void string(const JsonValue& json, std::string_view name, std::string_view telling, bool is_ballast) {
    const std::string_view body = json.body();
    if (body.empty()) return;
    const bool is_data = (name == "data" || name == "url" || name == "image_url") && body.size() > kShort;
    if ((is_data || body.size() > kBlob || body.starts_with("data:image/")) && is_image_base64(body)) return;
    const bool is_blob = (body.size() > kBlob || (is_data && name == "data" && body.size() > 512) ||
                          body.starts_with("data:application/octet-stream;base64,")) &&
                         is_all_base64(body);
    if (is_blob || (is_ballast && (body.size() > kShort || is_all_base64(body)))) {
      edits_.push_back({{place(body), place(body) + body.size()}, kNothing, 9});
      return;
    }
    views_.add_json(body, place(body), leaf_of(name), telling);
  }

  std::string_view record_;
  Views& views_;
  std::vector<Edit>& edits_;
};

}  // namespace

void add_leaves(const JsonValue& record, Views& views, std::vector<Edit>& edits) {
  Walk(record.raw(), views, edits).value(record, {}, {}, false);
}

}  // namespace panko
