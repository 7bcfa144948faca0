#include "agents/codex_tool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agents/image_bytes.hpp"
#include "agents/json_text.hpp"
#include "agents/session_text.hpp"
#include "base/json_writer.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

/// JSON that stood in a string.
class InnerJson {
 public:
  explicit InnerJson(std::string text) : text_(std::move(text)) {
    const std::size_t size = text_.size();
    text_.append(LineReader::kPadding, '\0');
    is_object_ = size > 0 && text_.front() == '{' &&
                 index_.load(std::string_view(text_).substr(0, size)) == JsonStatus::complete;
    text_.resize(size);
  }
  [[nodiscard]] bool is_object() const { return is_object_; }
  [[nodiscard]] JsonValue root() const { return is_object_ ? index_.root() : JsonValue(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  JsonIndex index_;
  bool is_object_ = false;
};

bool is_member_number_other_than_zero(const JsonValue& value) {
  const std::string_view raw = value.raw();
  return !raw.empty() && raw != "0" && !value.is_null();
}

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
  std::string input;
  JsonWriter writer(input);
  writer.begin_object().key("files").begin_array();
  changes.for_each_member([&](std::string_view path, const JsonValue&) { writer.value(unescape_json(path)); });
  writer.end_array().end_object();
  return input;
}

void append_text(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += more;
}

void append_parts(const JsonValue& content, CodexResult& result) {
  content.for_each_element([&](const JsonValue& element) {
    const auto part = parse_codex_part(element);
    if (!part) {
      // of MCP: {"type":"image","data":...,"mimeType":...}
      const std::string_view data = element["data"].body();
      if (!data.empty() && decoded_image_size(data) > kLargestImage) {
        append_text(result.text, unshown_image_text(decoded_image_size(data)));
      } else if (!data.empty() && element["type"].body() == "image") {
        result.images.push_back({element["mimeType"].body(), data});
      }
    } else if (part->type == CodexPart::Type::text) {
      append_text(result.text, unescape_json(part->body));
    } else if (const auto image = codex_image(part->body)) {
      if (decoded_image_size(image->data) > kLargestImage) {
        append_text(result.text, unshown_image_text(decoded_image_size(image->data)));
      } else {
        result.images.push_back(*image);
      }
    }
  });
}

/// {"output":"...","metadata":{"exit_code":0}}, as shell and apply_patch had it.
bool is_wrapped_output(const JsonValue& object) {
  return object["output"].is_string() && object["metadata"].is_object();
}

/// {"content":[{"type":"text","text":"..."}]}, and nothing that would be lost.
bool is_wrapped_content(const JsonValue& object) {
  bool is_plain = object["content"].is_array();
  object["content"].for_each_element([&](const JsonValue& part) { is_plain = is_plain && part["text"].is_string(); });
  const JsonValue structured = object["structuredContent"];
  return is_plain && (structured.raw().empty() || structured.is_null());
}

std::string text_of_output(std::string text) {
  if (!text.starts_with('{')) return text;
  const InnerJson inner(std::move(text));
  if (is_wrapped_output(inner.root())) return unescape_json(inner.root()["output"].body());
  if (!is_wrapped_content(inner.root())) return inner.text();
  CodexResult content;
  append_parts(inner.root()["content"], content);
  return content.text;
}

/// {stdout, stderr, exitCode}
std::string text_of_streams(const JsonValue& object) {
  std::string text = unescape_json(object["stdout"].body());
  append_text(text, unescape_json(object["stderr"].body()));
  return text;
}

CodexResult result_of_output(const JsonValue& payload) {
  CodexResult result;
  JsonValue output = payload["output"];
  if (output.raw().empty()) output = payload["result"];
  if (output.is_string()) {
    result.text = text_of_output(unescape_json(output.body()));
  } else if (output.is_array()) {
    append_parts(output, result);
  } else if (output["content"].is_string()) {
    result.text = unescape_json(output["content"].body());
  } else if (output["content"].is_array()) {
    append_parts(output["content"], result);
  } else if (output["stdout"].is_string()) {
    result.text = text_of_streams(output);
  } else if (output["text"].is_string()) {
    result.text = unescape_json(output["text"].body());
  } else if (output.is_object()) {
    result.text = output.raw();
  }
  payload["tools"].for_each_element([&](const JsonValue& tool) {
    const std::string_view name = tool["name"].body();
    if (!name.empty()) append_text(result.text, unescape_json(name));
  });
  return result;
}

void append_marked(std::string& diff, std::string_view text, char mark) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto lines = std::ranges::count(text, '\n') + 1;
  diff += mark == '+' ? fmt::format("@@ -0,0 +1,{} @@\n", lines) : fmt::format("@@ -1,{} +0,0 @@\n", lines);
  for (;;) {
    const auto end = text.find('\n');
    diff += mark;
    diff += text.substr(0, end);
    diff += '\n';
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string diff_of(std::string_view file, const JsonValue& change) {
  const std::string path = unescape_json(file);
  const std::string_view type = change["type"].body();
  const JsonValue moved = change["move_path"];
  std::string diff = type == "add" ? "--- /dev/null\n" : fmt::format("--- {}\n", path);
  if (type == "delete") {
    diff += "+++ /dev/null\n";
  } else {
    diff += fmt::format("+++ {}\n", moved.is_string() ? unescape_json(moved.body()) : path);
  }
  if (const JsonValue unified = change["unified_diff"]; unified.is_string()) {
    diff += unescape_json(unified.body());
  } else if (const JsonValue content = change["content"]; content.is_string()) {
    append_marked(diff, unescape_json(content.body()), type == "delete" ? '-' : '+');
  }
  return diff;
}

std::string text_of_patch(const JsonValue& payload) {
  std::string text = text_of_streams(payload);
  payload["changes"].for_each_member(
      [&](std::string_view path, const JsonValue& change) { append_text(text, diff_of(path, change)); });
  return text;
}

std::string text_of_command(const JsonValue& payload) {
  for (const std::string_view name : {"aggregated_output", "formatted_output"})
    if (const auto text = payload[name].body(); !text.empty()) return unescape_json(text);
  return text_of_streams(payload);
}

CodexResult result_of_mcp(const JsonValue& result) {
  CodexResult said;
  if (const JsonValue error = result["Err"]; error.is_string()) {
    said.text = unescape_json(error.body());
  } else {
    append_parts(result["Ok"]["content"], said);
  }
  return said;
}

std::string text_of_search(const JsonValue& results) {
  std::string text;
  results.for_each_element([&](const JsonValue& found) {
    std::string line = unescape_json(found["title"].body());
    if (const auto url = found["url"].body(); !url.empty()) line += (line.empty() ? "" : " - ") + unescape_json(url);
    append_text(text, line);
    append_text(text, unescape_json(found["snippet"].body()));
  });
  return text;
}

CodexResult result_of_picture(const JsonValue& payload) {
  CodexResult result;
  const std::string_view data = payload["result"].body();
  if (decoded_image_size(data) > kLargestImage) {
    result.text = unshown_image_text(decoded_image_size(data));
  } else if (!data.empty()) {
    result.images.push_back({"image/png", data});
  }
  append_text(result.text, unescape_json(payload["saved_path"].body()));
  return result;
}

/// What stands behind `mark`, in the lines in front of the output proper, is a number other than 0.
bool says_other_than_zero(std::string_view head, std::string_view mark) {
  const auto at = head.find(mark);
  if (at == std::string_view::npos) return false;
  const std::string_view number = head.substr(at + mark.size());
  return !number.empty() && !(number.front() == '0' && (number.size() == 1 || number[1] < '0' || number[1] > '9'));
}

bool text_failed(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kFailures{"Script failed",
                                                             "execution error:",
                                                             "failed in sandbox",
                                                             "patch rejected by user",
                                                             "apply_patch verification failed",
                                                             "failed to parse function arguments"};
  for (const std::string_view failure : kFailures)
    if (text.starts_with(failure)) return true;
  const std::string_view head = text.substr(0, text.find("Output:\n"));
  if (text.starts_with("Exit code: ")) return says_other_than_zero(head, "Exit code: ");
  const bool has_head = text.starts_with("Chunk ID:") || text.starts_with("Wall time:");
  return has_head && says_other_than_zero(head, "Process exited with code ");
}

bool output_failed(const JsonValue& payload) {
  JsonValue output = payload["output"];
  if (output.raw().empty()) output = payload["result"];
  if (output.is_array()) {
    bool is_first = true;
    bool failed = false;
    output.for_each_element([&](const JsonValue& element) {
      if (std::exchange(is_first, false)) failed = text_failed(unescape_json(element["text"].body().substr(0, 512)));
    });
    return failed;
  }
  if (output.is_object())
    return output["success"].raw() == "false" || output["isError"].is_true() ||
           is_member_number_other_than_zero(output["exitCode"]);
  if (!output.body().starts_with('{')) return text_failed(unescape_json(output.body().substr(0, 512)));
  const InnerJson inner(unescape_json(output.body()));
  if (is_wrapped_output(inner.root())) return is_member_number_other_than_zero(inner.root()["metadata"]["exit_code"]);
  return inner.is_object() && inner.root()["isError"].is_true();
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
    case CodexType::mcp_end: return input_of(payload["invocation"]["arguments"], "arguments");
    case CodexType::picture:
    case CodexType::picture_end: return input_of(payload["revised_prompt"], "prompt");
    default: break;
  }
  for (const std::string_view name : {"arguments", "input", "action"})
    if (auto input = input_of(payload[name], name); !input.empty()) return input;
  return input_of(payload["query"], "query");
}

CodexResult codex_tool_result(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::output: return result_of_output(payload);
    case CodexType::command_end: return {.text = text_of_command(payload), .images = {}};
    case CodexType::patch_end: return {.text = text_of_patch(payload), .images = {}};
    case CodexType::mcp_end: return result_of_mcp(payload["result"]);
    case CodexType::web_search_end: return {.text = text_of_search(payload["results"]), .images = {}};
    case CodexType::picture:
    case CodexType::picture_end: return result_of_picture(payload);
    case CodexType::dynamic_tool_end: {
      CodexResult result;
      append_parts(payload["content_items"], result);
      append_text(result.text, unescape_json(payload["error"].body()));
      return result;
    }
    default: return {};
  }
}

bool codex_tool_failed(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::output: return output_failed(payload);
    case CodexType::command_end: return is_member_number_other_than_zero(payload["exit_code"]);
    case CodexType::patch_end:
    case CodexType::dynamic_tool_end: return payload["success"].raw() == "false";
    case CodexType::mcp_end:
      return !payload["result"]["Err"].raw().empty() || payload["result"]["Ok"]["isError"].is_true() ||
             payload["result"]["Ok"]["is_error"].is_true();
    default: return false;
  }
}

}  // namespace panko
