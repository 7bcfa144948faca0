#include "render/json.hpp"

namespace panko {

namespace {

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) json.key(name).value(text);
}

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
  if (time) json.key(name).value(to_iso8601(*time));
}

void write_tool(JsonWriter& json, const ToolUse& tool) {
  json.key("tool").begin_object();
  write_text(json, "id", tool.id);
  write_text(json, "name", tool.name);
  json.key("kind").value(name_of(kind_of(tool.action)));
  if (!tool.input.empty()) json.key("input").json(tool.input);
  if (tool.has_result) json.key("result").value(tool.result).key("is_error").value(tool.is_error);
  json.end_object();
}

}  // namespace

void write_block_members(JsonWriter& json, const Block& block) {
  json.key("anchor").value(block.anchor).key("kind").value(name_of(block.kind));
  write_time(json, "timestamp", block.timestamp);
  write_text(json, "text", block.text);
  if (block.tool) write_tool(json, *block.tool);
}

void write_result_images(JsonWriter& json, const Block& block) {
  if (!block.tool) return;
  for (std::size_t i = 0; i < block.images.size(); ++i)
    json.begin_object().key("anchor").value(block.anchor).key("kind").value("image").end_object();
}

void write_fact_members(JsonWriter& json, const SessionFacts& facts) {
  write_text(json, "title", facts.title);
  write_text(json, "project", project_of(facts.cwd));
  write_text(json, "cwd", facts.cwd);
  write_text(json, "git_branch", facts.git_branch);
  write_time(json, "started_at", facts.started_at);
  write_time(json, "ended_at", facts.ended_at);
  json.key("models").begin_array();
  for (const std::string& model : facts.models) json.value(model);
  json.end_array();
  json.key("usage").begin_object();
  json.key("input_tokens").value(facts.usage.input_tokens);
  json.key("output_tokens").value(facts.usage.output_tokens);
  json.key("cache_read_tokens").value(facts.usage.cache_read_tokens);
  json.key("cache_write_tokens").value(facts.usage.cache_write_tokens);
  json.end_object();
  json.key("unreadable_lines").value(facts.unreadable_lines);
}

}  // namespace panko
