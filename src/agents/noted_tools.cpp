#include "agents/noted_tools.hpp"

#include <algorithm>
#include <charconv>

#include "agents/line_diff.hpp"
#include "base/json_text.hpp"
#include "base/json_writer.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

std::optional<std::int64_t> leading_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

bool is_bounded(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) < kMostDiffLines / 2;
}

/// Without white space between its values: of a document it may have lines of its own.
std::string on_one_line(std::string_view json) {
  std::string line;
  line.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    line += c;
    if (in_string && c == '\\' && i + 1 < json.size()) {
      line += json[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return line;
}

/// "@@ -12,7 +13,9 @@"
std::optional<DiffHunk> hunk_head(std::string_view line) {
  if (!line.starts_with("@@ -")) return std::nullopt;
  const auto plus = line.find(" +");
  if (plus == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(leading_number(text).value_or(0), 0, UINT32_MAX));
  };
  return DiffHunk{.old_start = number(line.substr(4)), .new_start = number(line.substr(plus + 2)), .lines = {}};
}

}  // namespace

std::string text_in(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const JsonValue value = object[name]; !value.body().empty()) return unescape_json(value.body());
  return {};
}

std::uint32_t number_in(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto count = object[name].as_count(); count && *count <= UINT32_MAX)
      return static_cast<std::uint32_t>(*count);
  return 0;
}

NotedInput::NotedInput(const JsonValue& arguments) {
  const auto load = [this](std::string text) {
    text_ = std::move(text);
    size_ = text_.size();
    text_.append(LineReader::kPadding, '\0');
    is_object_ = size_ > 0 && text_.front() == '{' &&
                 index_.load(std::string_view(text_).substr(0, size_)) == JsonStatus::complete;
  };
  if (arguments.is_object()) load(on_one_line(valid_json_escapes(arguments.raw())));
  const std::string said = unescape_json(arguments.body());
  if (said.starts_with('{')) load(on_one_line(valid_json_escapes(said)));
  if (!is_object_ && !said.empty()) load("{\"input\":" + json_quote(said) + "}");
}

std::optional<std::int64_t> number_behind(std::string_view text, std::string_view mark) {
  const auto at = mark.empty() ? 0 : text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return leading_number(text.substr(at + mark.size()));
}

FileChange replacement(std::string path, std::string_view before, std::string_view after) {
  FileChange change{.path = std::move(path), .moved_to = {}, .hunks = {}};
  if (!is_bounded(before) || !is_bounded(after)) return change;
  if (auto lines = line_diff(before, after); !lines.empty()) change.hunks.push_back({.lines = std::move(lines)});
  return change;
}

FileChange written_file(std::string path, std::string_view content) {
  FileChange change{.kind = FileChange::Kind::add, .path = std::move(path), .moved_to = {}, .hunks = {}};
  if (!is_bounded(content)) return change;
  if (auto lines = marked_lines(content, DiffLine::Kind::added); !lines.empty())
    change.hunks.push_back({.old_start = 0, .new_start = 1, .lines = std::move(lines)});
  return change;
}

std::vector<DiffHunk> unified_hunks(std::string_view diff) {
  std::vector<DiffHunk> hunks;
  std::size_t count = 0;
  while (!diff.empty() && ++count <= kMostDiffLines) {
    const auto end = std::min(diff.find('\n'), diff.size());
    std::string_view line = diff.substr(0, end);
    diff.remove_prefix(std::min(end + 1, diff.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (auto head = hunk_head(line)) {
      hunks.push_back(std::move(*head));
    } else if (!hunks.empty() && !line.starts_with('\\') && !line.starts_with("diff --git ")) {
      using enum DiffLine::Kind;
      const char mark = line.empty() ? ' ' : line.front();
      const bool is_marked = !line.empty() && (mark == '+' || mark == '-' || mark == ' ');
      hunks.back().lines.push_back({.kind = mark == '+'   ? added
                                            : mark == '-' ? gone
                                                          : same,
                                    .text = std::string(is_marked ? line.substr(1) : line)});
    }
  }
  // An end of the text is no empty line.
  for (DiffHunk& hunk : hunks)
    while (!hunk.lines.empty() && hunk.lines.back().kind == DiffLine::Kind::same && hunk.lines.back().text.empty())
      hunk.lines.pop_back();
  return hunks;
}

std::optional<McpCall> mcp_call(std::string_view name) {
  constexpr std::string_view kMark = "mcp__";
  if (!name.starts_with(kMark)) return std::nullopt;
  name.remove_prefix(kMark.size());
  const auto gap = name.find("__");
  if (gap == std::string_view::npos) return std::nullopt;
  return McpCall{.server = std::string(name.substr(0, gap)), .tool = std::string(name.substr(gap + 2))};
}

}  // namespace panko
