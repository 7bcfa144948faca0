// What can be said of a rollout from the head and the tail of its file, and whether it is one at all.
#include <algorithm>
#include <array>
#include <tuple>

#include "agents/codex.hpp"
#include "agents/codex_document.hpp"
#include "agents/codex_outline.hpp"
#include "agents/json_lines.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kWindow = 256 << 10;
constexpr std::size_t kSniffedRecords = 30;

constexpr std::array<std::string_view, 7> kTypes{"session_meta",
                                                 "response_item",
                                                 "event_msg",
                                                 "turn_context",
                                                 "compacted",
                                                 "world_state",
                                                 "inter_agent_communication_metadata"};

bool is_content_of_codex(const JsonValue& content) {
  bool found = false;
  content.for_each_element([&](const JsonValue& part) {
    const std::string_view type = part["type"].body();
    found = found || type == "input_text" || type == "output_text";
  });
  return found;
}

bool is_codex(const JsonValue& object) {
  const auto has = [&](std::string_view name) { return !object[name].raw().empty(); };
  const std::string_view type = object["type"].body();
  if (object["payload"].is_object())
    return object["timestamp"].is_string() && std::ranges::find(kTypes, type) != kTypes.end();
  // Bare lines, of mid-2025.
  if (type.empty())
    return object["record_type"].body() == "state" ||
           (object["id"].is_string() && object["timestamp"].is_string() && has("instructions") && !has("role"));
  // The stream that `codex exec --json` prints.
  if (type == "thread.started") return object["thread_id"].is_string();
  if (type == "item.started" || type == "item.completed")
    return object["item"]["id"].is_string() && object["item"]["type"].is_string();
  if (type == "message") return object["role"].is_string() && is_content_of_codex(object["content"]);
  return type == "function_call" && object["call_id"].is_string() && object["arguments"].is_string();
}

/// A first line longer than the head cannot be parsed: instructions, and tools with pictures.
bool looks_like_codex(std::string_view torn) {
  return torn.starts_with(R"({"timestamp":")") && torn.substr(0, 200).contains(R"("type":"session_meta","payload":{)");
}

/// The head, with the whole of its first line.
Source head_of(const Source& source) {
  Source head = source;
  std::uint64_t end = kWindow;
  if (const auto first = LineReader(source).next()) end = std::max(end, first->offset + first->length + 1);
  head.cut_at(end);
  return head;
}

}  // namespace

bool recognises_codex(std::string_view head) {
  if (is_codex_document(head)) return true;
  bool found = false;
  const auto seen = read_first_records(head, kSniffedRecords, [&](const JsonValue& record) {
    found = is_codex(record);
    return !found;
  });
  return seen && (found || (*seen == 0 && looks_like_codex(head)));
}

Summary summarise_codex(const Source& source, const std::filesystem::path& path) {
  CodexOutlineBuilder builder(std::nullopt);
  const bool is_large = source.size() > 2 * kWindow && !is_codex_document(source);
  const Source head = is_large ? head_of(source) : source;
  // A file that cannot be read says nothing here; whoever opens it gets the error. A torn line at the edges is skipped.
  JsonLinesProgress progress;
  const bool is_read = builder.add_all(head, progress).has_value();
  if (is_read && head.size() < source.size()) {
    progress.read_to = std::max(head.size(), source.size() - kWindow);
    std::ignore = add_json_lines(builder, source, progress);
  }
  SessionFacts facts = builder.finish(path).facts;
  return {.id = std::move(facts.id),
          .title = std::move(facts.title),
          .cwd = std::move(facts.cwd),
          .started_at = facts.started_at,
          .ended_at = facts.ended_at,
          .is_child = facts.is_child};
}

}  // namespace panko
