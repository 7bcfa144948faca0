#include "agents/codex_tool.hpp"

#include <fmt/format.h>

#include "agents/codex_inner_json.hpp"
#include "base/json_text.hpp"
#include "base/json_writer.hpp"

namespace panko {

namespace {

/// The object that a string holds, or the string under a name.
std::string input_of_string(const JsonValue& value, std::string_view name) {
  const InnerJson inner(unescape_json(value.body()));
  if (inner.is_object()) return valid_json_escapes(inner.text());
  if (inner.text().empty()) return {};
  return fmt::format("{{\"{}\":{}}}", name, json_quote(inner.text()));
}

std::string input_of(const JsonValue& value, std::string_view name) {
  if (value.is_string()) return input_of_string(value, name);
  return value.is_object() ? valid_json_escapes(value.raw()) : std::string();
}

std::string input_of_command(const JsonValue& payload) {
  std::string input = "{\"command\":" + valid_json_escapes(payload["command"].raw());
  if (payload["command"].raw().empty()) input += "[]";
  if (const JsonValue cwd = payload["cwd"]; cwd.is_string()) input += ",\"workdir\":" + valid_json_escapes(cwd.raw());
  return input + '}';
}

std::string input_of_patch(const JsonValue& changes) {
  return "{\"changes\":" + (changes.is_object() ? valid_json_escapes(changes.raw()) : "{}") + '}';
}

}  // namespace

std::string codex_tool_name(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::command_end: return "exec_command";
    case CodexType::patch_end: return "apply_patch";
    case CodexType::web_search:
    case CodexType::web_search_end: return "web_search";
    case CodexType::picture:
    case CodexType::picture_end: return "image_generation";
    default: break;
  }
  const JsonValue mcp = payload["invocation"];
  std::string_view space = record.type == CodexType::mcp_end ? mcp["server"].body() : payload["namespace"].body();
  if (record.type == CodexType::stream_item) space = payload["server"].body();
  std::string_view name = record.type == CodexType::mcp_end ? mcp["tool"].body() : payload["name"].body();
  if (name.empty()) name = payload["tool"].body();
  if (name.empty()) name = payload["function"]["name"].body();
  if (name.empty()) {
    // local_shell_call, tool_search_call: what they are says it all
    name = payload["type"].body();
    if (name.ends_with("_call")) name.remove_suffix(5);
  }
  if (space.empty()) return std::string(name);
  return std::string(space) + (space.ends_with("__") ? "" : ".") + std::string(name);
}

std::string codex_tool_input(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::command_end: return input_of_command(payload);
    case CodexType::patch_end: return input_of_patch(payload["changes"]);
    case CodexType::stream_item:
      if (auto input = input_of(payload["arguments"], "arguments"); !input.empty()) return input;
      return valid_json_escapes(payload.raw());
    case CodexType::mcp_end: return input_of(payload["invocation"]["arguments"], "arguments");
    case CodexType::picture:
    case CodexType::picture_end: return input_of(payload["revised_prompt"], "prompt");
    default: break;
  }
  for (const std::string_view name : {"arguments", "input", "action"})
    if (auto input = input_of(payload[name], name); !input.empty()) return input;
  return input_of(payload["query"], "query");
}

}  // namespace panko
