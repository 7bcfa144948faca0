#include "agents/codex_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "agents/codex_inner_json.hpp"
#include "agents/image_bytes.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

bool is_member_number_other_than_zero(const JsonValue& value) {
  const std::string_view raw = value.raw();
  return !raw.empty() && raw != "0" && !value.is_null();
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

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || (end != text.data() + text.size() && *end != '.')) return std::nullopt;
  return number;
}

/// What a script got from its command and passed on: {"chunk_id":"","wall_time_seconds":0.1,"exit_code":0,"output":""}.
bool is_passed_on(const JsonValue& object) {
  return object["output"].is_string() && !object["wall_time_seconds"].raw().empty();
}

void append_running(std::string& text, const JsonValue& session) {
  if (const auto number = session.as_count()) append_text(text, fmt::format("[still running: session {}]", *number));
}

/// Takes off what newer tools put in front of an output: "Chunk ID: ...\nWall time: ...\nOutput:\n". Nothing when there
/// is anything else in it.
void take_head(CodexResult& result) {
  constexpr std::array<std::string_view, 7> kFigures{
      "Chunk ID: ",           "Wall time: ",      "Wall time ",   "Original token count: ",
      "Total output lines: ", "Script completed", "Script failed"};
  constexpr std::array<std::string_view, 2> kExits{"Process exited with code ", "Exit code: "};
  constexpr std::array<std::string_view, 2> kRunning{"Process running with session ID ",
                                                     "Script running with cell ID "};
  std::string_view rest = result.text;
  std::optional<std::int64_t> exit_code;
  std::string_view running;
  for (bool is_first = true;; is_first = false) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    if (rest.empty() || (line.empty() && is_first)) return;
    const auto mark_of = [&](const auto& marks) {
      const auto mark = std::ranges::find_if(marks, [&](std::string_view each) { return line.starts_with(each); });
      return mark == marks.end() ? std::string_view() : *mark;
    };
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line == "Output:" && !is_first) break;
    if (const auto mark = mark_of(kExits); !mark.empty()) {
      exit_code = whole_number(line.substr(mark.size()));
    } else if (!mark_of(kRunning).empty()) {
      running = line;
    } else if (mark_of(kFigures).empty()) {
      return;
    }
  }
  std::string text(running);
  append_text(text, rest);
  result.text = std::move(text);
  if (exit_code) result.exit_code = exit_code;
}

/// Takes the JSON off that is around a text.
void unwrap(CodexResult& result) {
  if (!result.text.starts_with('{')) return;
  const InnerJson inner(std::move(result.text));
  const JsonValue root = inner.root();
  if (is_wrapped_output(root)) {
    result.text = unescape_json(root["output"].body());
    result.exit_code = whole_number(root["metadata"]["exit_code"].raw());
  } else if (is_passed_on(root)) {
    result.text = unescape_json(root["output"].body());
    result.exit_code = whole_number(root["exit_code"].raw());
    append_running(result.text, root["session_id"]);
  } else if (is_wrapped_content(root)) {
    CodexResult content;
    append_parts(root["content"], content);
    result.text = std::move(content.text);
  } else {
    result.text = inner.text();
  }
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
    result.text = unescape_json(output.body());
  } else if (output.is_array()) {
    append_parts(output, result);
  } else if (output["content"].is_string()) {
    result.text = unescape_json(output["content"].body());
  } else if (output["content"].is_array()) {
    append_parts(output["content"], result);
  } else if (output["stdout"].is_string()) {
    result.text = text_of_streams(output);
    result.exit_code = whole_number(output["exitCode"].raw());
  } else if (output["text"].is_string()) {
    result.text = unescape_json(output["text"].body());
  } else if (output.is_object()) {
    result.text = output.raw();
  }
  take_head(result);
  unwrap(result);
  payload["tools"].for_each_element([&](const JsonValue& tool) {
    const std::string_view name = tool["name"].body();
    if (!name.empty()) append_text(result.text, unescape_json(name));
  });
  return result;
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

/// Of the stream that `codex exec --json` prints.
CodexResult result_of_stream_item(const JsonValue& item) {
  CodexResult said;
  said.text = unescape_json(item["aggregated_output"].body());
  said.exit_code = whole_number(item["exit_code"].raw());
  append_parts(item["result"]["content"], said);
  const JsonValue error = item["error"];
  append_text(said.text, unescape_json(error.is_string() ? error.body() : error["message"].body()));
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

CodexResult codex_tool_result(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::output: return result_of_output(payload);
    case CodexType::command_end:
      return {.text = text_of_command(payload), .images = {}, .exit_code = whole_number(payload["exit_code"].raw())};
    case CodexType::stream_item: return result_of_stream_item(payload);
    case CodexType::patch_end: return {.text = text_of_streams(payload), .images = {}, .exit_code = {}};
    case CodexType::mcp_end: return result_of_mcp(payload["result"]);
    case CodexType::web_search_end: return {.text = text_of_search(payload["results"]), .images = {}, .exit_code = {}};
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
    case CodexType::stream_item:
      return payload["status"].body() == "failed" || payload["status"].body() == "declined" ||
             is_member_number_other_than_zero(payload["exit_code"]);
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
