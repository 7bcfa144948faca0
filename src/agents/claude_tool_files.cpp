// Tools that change files, and those that read them.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "agents/claude_tool.hpp"
#include "agents/line_diff.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

std::string path_of(const ClaudeCall& call) {
  for (const std::string_view name : {"file_path", "notebook_path", "path"})
    if (std::string path = claude_text_of(call.input[name]); !path.empty()) return path;
  for (const std::string_view name : {"filePath", "notebook_path"})
    if (std::string path = claude_text_of(call.details[name]); !path.empty()) return path;
  return {};
}

/// Whether a diff of these texts is worth its memory.
bool is_bounded(std::string_view before, std::string_view after) {
  const auto lines = std::ranges::count(before, '\n') + std::ranges::count(after, '\n');
  return static_cast<std::size_t>(lines) < kMostDiffLines;
}

/// [{"oldStart":1,"newStart":1,"lines":[" same","-gone","+added"]}]; nullopt: too long for one.
std::optional<std::vector<DiffHunk>> hunks_of_patch(const JsonValue& patch) {
  std::vector<DiffHunk> hunks;
  std::size_t count = 0;
  patch.for_each_element([&](const JsonValue& recorded) {
    DiffHunk hunk{.old_start = claude_number_of(recorded["oldStart"]),
                  .new_start = claude_number_of(recorded["newStart"]),
                  .lines = {}};
    recorded["lines"].for_each_element([&](const JsonValue& line) {
      if (++count > kMostDiffLines || !line.is_string()) return;
      std::string text = claude_text_of(line);
      const char mark = text.empty() ? ' ' : text.front();
      if (mark == '\\') return;  // "\ No newline at end of file"
      if (!text.empty()) text.erase(0, 1);
      if (text.ends_with('\r')) text.pop_back();
      using enum DiffLine::Kind;
      hunk.lines.push_back({mark == '-' ? gone : (mark == '+' ? added : same), std::move(text)});
    });
    if (++count <= kMostDiffLines && !hunk.lines.empty()) hunks.push_back(std::move(hunk));
  });
  if (count > kMostDiffLines) return std::nullopt;
  return hunks;
}

/// From what was asked for: nobody says where in the file it was.
std::optional<DiffHunk> hunk_of_input(const JsonValue& edit) {
  const std::string before = claude_text_of(edit["old_string"]);
  const std::string after = claude_text_of(edit["new_string"]);
  if (!is_bounded(before, after)) return std::nullopt;
  return DiffHunk{.old_start = 0, .new_start = 0, .lines = line_diff(before, after)};
}

/// What there is to show, or nothing where it is too long or missing.
struct Hunks {
  std::vector<DiffHunk> hunks;
  bool is_whole = true;

  void add(std::optional<DiffHunk> hunk) {
    is_whole = is_whole && hunk.has_value();
    if (hunk && !hunk->lines.empty()) hunks.push_back(std::move(*hunk));
  }
};

Hunks hunks_of_edit(const ClaudeCall& call) {
  Hunks found;
  if (const JsonValue patch = call.details["structuredPatch"]; patch.is_array()) {
    auto hunks = hunks_of_patch(patch);
    found.is_whole = hunks.has_value();
    if (hunks) found.hunks = std::move(*hunks);
    if (!found.is_whole || !found.hunks.empty()) return found;
  }
  const JsonValue edits = call.input["edits"];
  std::size_t count = 0;
  edits.for_each_element([&](const JsonValue& edit) {
    // Each may be empty, and still take its place.
    constexpr std::size_t kMost = 10'000;
    if (++count > kMost) {
      found.is_whole = false;
      return;
    }
    found.add(hunk_of_input(edit));
  });
  if (!edits.is_array()) found.add(hunk_of_input(call.input));
  return found;
}

Hunks hunks_of_notebook(const ClaudeCall& call) {
  Hunks found;
  const std::string mode = claude_text_of(call.input["edit_mode"]);
  const std::string before = mode == "insert" ? std::string() : claude_text_of(call.details["old_source"]);
  const std::string after = mode == "delete" ? std::string() : claude_text_of(call.input["new_source"]);
  if (is_bounded(before, after)) {
    found.add(DiffHunk{.old_start = 0, .new_start = 0, .lines = line_diff(before, after)});
  } else {
    found.is_whole = false;
  }
  return found;
}

/// Whether the file was there before, as far as anything says it.
bool is_update(const ClaudeCall& call) {
  if (const JsonValue type = call.details["type"]; type.body() == "create" || type.body() == "update")
    return type.body() == "update";
  return call.result.starts_with("The file ") && call.result.substr(0, 8192).contains("has been updated");
}

ToolAction write_action(const ClaudeCall& call, std::string path) {
  FileChange change{.kind = FileChange::Kind::add, .path = std::move(path), .moved_to = {}, .hunks = {}};
  if (is_update(call)) {
    change.kind = FileChange::Kind::update;
    if (const JsonValue patch = call.details["structuredPatch"]; patch.is_array()) {
      auto hunks = hunks_of_patch(patch);
      if (!hunks) return OtherCall{};
      change.hunks = std::move(*hunks);
      return EditCall{{std::move(change)}};
    }
  }
  const std::string content = claude_text_of(call.input["content"]);
  if (!is_bounded({}, content)) return OtherCall{};
  if (auto lines = marked_lines(content, DiffLine::Kind::added); !lines.empty())
    change.hunks.push_back({.old_start = 0, .new_start = 1, .lines = std::move(lines)});
  return EditCall{{std::move(change)}};
}

struct Numbered {
  std::uint32_t number = 0;
  std::string_view text;
};

/// "    12→text", or a tab for the arrow.
std::optional<Numbered> numbered_line(std::string_view line) {
  constexpr std::string_view kArrow = "→";
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  Numbered numbered;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), numbered.number);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.starts_with('\t')) {
    numbered.text = line.substr(1);
  } else if (line.starts_with(kArrow)) {
    numbered.text = line.substr(kArrow.size());
  } else {
    return std::nullopt;
  }
  return numbered;
}

/// Takes numbers in front of lines away; does nothing where they are not in order to the end.
void read_numbered(std::string_view result, ReadCall& read) {
  std::string text;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  // What the program reminds of behind the file is not of the file.
  result = trim(result.substr(0, result.find("\n\n<system-reminder>")));
  for (bool more = !result.empty(); more;) {
    const auto end = result.find('\n');
    const auto line = numbered_line(result.substr(0, end));
    if (!line || (count > 0 && line->number != first + count)) return;
    if (count++ == 0) first = line->number;
    text += line->text;
    text += '\n';
    more = end != std::string_view::npos;
    if (more) result.remove_prefix(end + 1);
  }
  if (count == 0) return;
  text.pop_back();
  read.first_line = first;
  read.text = std::move(text);
}

}  // namespace

ToolAction claude_edit_action(const ClaudeCall& call) {
  std::string path = path_of(call);
  if (path.empty()) return OtherCall{};
  if (call.name == "Write") return write_action(call, std::move(path));
  Hunks found = call.name == "NotebookEdit" ? hunks_of_notebook(call) : hunks_of_edit(call);
  if (!found.is_whole) return OtherCall{};
  // An edit that replaces nothing makes the file.
  const bool is_new = call.name == "Edit" && call.input["old_string"].raw() == "\"\"";
  return EditCall{{FileChange{.kind = is_new ? FileChange::Kind::add : FileChange::Kind::update,
                              .path = std::move(path),
                              .moved_to = {},
                              .hunks = std::move(found.hunks)}}};
}

ToolAction claude_read_action(const ClaudeCall& call) {
  const JsonValue file = call.details["file"];
  ReadCall read{.path = path_of(call), .first_line = 0, .text = {}};
  if (read.path.empty()) read.path = claude_text_of(file["filePath"]);
  if (read.path.empty()) return OtherCall{};
  if (const JsonValue content = file["content"]; content.is_string()) {
    read.text = claude_text_of(content);
    read.first_line = claude_number_of(file["startLine"]);
  } else if (call.has_result && !call.is_error) {
    read_numbered(call.result, read);
  }
  return read;
}

}  // namespace panko
