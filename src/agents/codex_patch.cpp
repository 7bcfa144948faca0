#include "agents/codex_patch.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

using Kind = DiffLine::Kind;

/// Takes a line off the front, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// By its mark; a line without one belongs to what is the same: editors strip the space of an empty line.
DiffLine diff_line(std::string_view line) {
  const char mark = line.empty() ? ' ' : line.front();
  if (mark == '+') return {Kind::added, std::string(line.substr(1))};
  if (mark == '-') return {Kind::gone, std::string(line.substr(1))};
  return {Kind::same, std::string(mark == ' ' && !line.empty() ? line.substr(1) : line)};
}

class PatchReader {
 public:
  std::vector<FileChange> read(std::string_view patch) {
    while (!patch.empty()) {
      const std::string_view line = take_line(patch);
      if (trim(line) == "*** Begin Patch") {
        is_inside_ = true;
      } else if (trim(line) == "*** End Patch") {
        is_inside_ = false;
      } else if (is_inside_) {
        read_line(line);
      }
    }
    return std::move(files_);
  }

 private:
  void read_line(std::string_view line) {
    using enum FileChange::Kind;
    if (begins(line, "*** Add File: ", add) || begins(line, "*** Delete File: ", remove) ||
        begins(line, "*** Update File: ", update) || files_.empty())
      return;
    FileChange& file = files_.back();
    constexpr std::string_view kMove = "*** Move to: ";
    if (line.starts_with(kMove)) {
      file.moved_to = trim(line.substr(kMove.size()));
    } else if (line.starts_with("@@") && file.kind == update) {
      file.hunks.emplace_back();
    } else if (trim(line) != "*** End of File") {
      if (file.hunks.empty()) file.hunks.emplace_back();
      file.hunks.back().lines.push_back(diff_line(line));
      if (file.kind == add) file.hunks.back().new_start = 1;
    }
  }

  bool begins(std::string_view line, std::string_view mark, FileChange::Kind kind) {
    if (!line.starts_with(mark)) return false;
    files_.push_back({.kind = kind, .path = std::string(trim(line.substr(mark.size()))), .moved_to = {}, .hunks = {}});
    return true;
  }

  std::vector<FileChange> files_;
  bool is_inside_ = false;
};

/// The number behind a mark: 12 of "@@ -12,3 +14,5 @@".
std::uint32_t number_behind(std::string_view text, char mark) {
  const auto at = text.find(mark);
  std::uint32_t number = 0;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
  return number;
}

std::vector<DiffHunk> hunks_of_diff(std::string_view diff) {
  std::vector<DiffHunk> hunks;
  while (!diff.empty()) {
    const std::string_view line = take_line(diff);
    if (line.starts_with("@@")) {
      const auto head = line.substr(2, line.find("@@", 2) - 2);
      hunks.push_back({.old_start = number_behind(head, '-'), .new_start = number_behind(head, '+'), .lines = {}});
    } else if (!hunks.empty() && !line.starts_with('\\')) {  // "\ No newline at end of file"
      hunks.back().lines.push_back(diff_line(line));
    }
  }
  return hunks;
}

/// The whole of a file, as one hunk.
std::vector<DiffHunk> hunks_of_content(std::string_view content, Kind kind) {
  if (content.empty()) return {};
  DiffHunk hunk;
  (kind == Kind::added ? hunk.new_start : hunk.old_start) = 1;
  while (!content.empty()) hunk.lines.push_back({kind, std::string(take_line(content))});
  return {std::move(hunk)};
}

}  // namespace

std::vector<FileChange> parse_codex_patch(std::string_view patch) {
  return PatchReader().read(patch);
}

std::optional<std::string_view> patch_of_command(std::string_view command) {
  constexpr std::string_view kTool = "apply_patch";
  command = trim(command);
  if (command.starts_with("cd ")) {
    const auto first = command.substr(0, command.find('\n'));
    const auto end = first.find("&&");
    if (end == std::string_view::npos) return std::nullopt;
    command = trim(command.substr(end + 2));
  }
  if (!command.starts_with(kTool)) return std::nullopt;
  std::string_view rest = command;
  std::string_view word = trim(take_line(rest).substr(kTool.size()));
  if (!word.starts_with("<<")) return std::nullopt;
  word = trim(word.substr(2));
  if (word.size() > 2 && (word.front() == '\'' || word.front() == '"') && word.back() == word.front())
    word = word.substr(1, word.size() - 2);
  if (word.empty() || word.find_first_of(" \t;&|<>") != std::string_view::npos) return std::nullopt;
  for (std::string_view left = rest; !left.empty();) {
    const char* const begin = left.data();
    if (trim(take_line(left)) != word) continue;
    if (!trim(left).empty()) return std::nullopt;  // it goes on with something else
    return rest.substr(0, static_cast<std::size_t>(begin - rest.data()));
  }
  return std::nullopt;
}

std::vector<FileChange> changes_of_patch_end(const JsonValue& changes) {
  std::vector<FileChange> files;
  changes.for_each_member([&](std::string_view path, const JsonValue& change) {
    using enum FileChange::Kind;
    FileChange& file = files.emplace_back();
    file.path = unescape_json(path);
    file.moved_to = unescape_json(change["move_path"].body());
    const std::string_view type = change["type"].body();
    file.kind = type == "add" ? add : type == "delete" ? remove : update;
    const std::string diff = unescape_json(change["unified_diff"].body());
    file.hunks = hunks_of_diff(diff);
    if (file.hunks.empty() && file.kind != update)
      file.hunks =
          hunks_of_content(unescape_json(change["content"].body()), file.kind == add ? Kind::added : Kind::gone);
  });
  return files;
}

}  // namespace panko
