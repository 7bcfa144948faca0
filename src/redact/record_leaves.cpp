#include "redact/record_leaves.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>

#include "redact/ballast.hpp"
#include "redact/characters.hpp"
#include "redact/key_name.hpp"

namespace panko {

namespace {

constexpr std::size_t kBlob = 4096;  // of base64 alone: nobody reads it
constexpr std::size_t kShort = 64;   // a signature is longer; a name of a function is not
constexpr std::size_t kTellingName = 48;

/// What a member's name says, asked once for each name.
struct Name {
  Leaf leaf = Leaf::text;
  bool tells = false;
  bool is_ballast = false;
  bool is_read = false;  // as a text: it is no plain name
};

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
  static const std::set<std::string_view> kPaths{
      "cwd",         "workdir",  "directory", "projectPath", "workspaceFolder", "working_directory", "workingDirectory",
      "projectRoot", "git_root", "gitRoot",   "repoRoot",    "worktree",        "project_root",      "currentDirectory",
      "projectDir"};
  if (kNames.contains(name)) return Leaf::name;
  return kPaths.contains(name) ? Leaf::path : Leaf::text;
}

const Name& about(std::string_view name) {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  thread_local std::unordered_map<std::string, Name, Hash, std::equal_to<>> known;
  if (const auto at = known.find(name); at != known.end()) return at->second;
  constexpr std::size_t kMostKnown = 4096;
  if (known.size() > kMostKnown) known.clear();
  const auto is_plain = [](char c) { return is_one_of(c, kLetter) || c == '_'; };
  return known
      .emplace(name, Name{.leaf = leaf_of(name),
                          .tells = name.size() <= kTellingName && what_name_says(name) != NameSays::nothing,
                          .is_ballast = is_ballast_member(name),
                          .is_read = name.size() >= 12 && !std::ranges::all_of(name, is_plain)})
      .first->second;
}

class Walk {
 public:
  Walk(std::string_view record, Views& views, std::vector<Edit>& edits)
      : record_(record), views_(views), edits_(edits) {}

  void value(const JsonValue& json, std::string_view name, Leaf leaf, std::string_view telling, bool is_ballast) {
    if (json.is_string()) return string(json, name, leaf, telling, is_ballast);
    if (json.is_array()) {
      json.for_each_element([&](const JsonValue& element) { value(element, name, leaf, telling, is_ballast); });
      return;
    }
    if (!json.is_object()) return;
    const bool is_hidden = json["type"].body() == "redacted_thinking";
    json.for_each_member([&](std::string_view key, const JsonValue& member) {
      const Name& said = about(key);
      if (said.is_read) views_.add_json(key, place(key), Leaf::text, {});
      const Leaf leaf = said.leaf;
      const bool leave_out = is_ballast || said.is_ballast || (is_hidden && key == "data");
      std::string_view tells{};
      if (member.is_string() && said.tells) tells = key;
      if (member.is_string() && key == "value") {  // {"name": "API_KEY", "value": "..."}
        for (const std::string_view other : {json["name"].body(), json["key"].body()})
          if (!other.empty() && about(other).tells) tells = other;
      }
      value(member, key, leaf, tells, leave_out);
    });
  }

 private:
  [[nodiscard]] std::size_t place(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - record_.data());
  }

  void string(const JsonValue& json, std::string_view name, Leaf leaf, std::string_view telling, bool is_ballast) {
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
    views_.add_json(body, place(body), leaf, telling);
  }

  std::string_view record_;
  Views& views_;
  std::vector<Edit>& edits_;
};

}  // namespace

void add_leaves(const JsonValue& record, Views& views, std::vector<Edit>& edits) {
  Walk(record.raw(), views, edits).value(record, {}, Leaf::text, {}, false);
}

}  // namespace panko
