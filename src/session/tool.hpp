// What a tool call was for, in terms that are the same for every agent: whoever shows one needs to know no agent. The
// agent's reader makes it from what was recorded; whatever that does not say stays empty. Plain values, text is valid
// UTF-8 and foreign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace panko {

enum class ToolKind : std::uint8_t { other, shell, edit, read, search, todo, ask, plan, web, mcp };

/// "shell", "edit", ...: as in docs/json.md and in the page's class names.
[[nodiscard]] std::string_view name_of(ToolKind kind);

/// Anything else: it is shown as its input and its result.
struct OtherCall {};

/// A command run in a shell, or input to one that runs. Its output is the result.
struct ShellCall {
  std::string command;
  std::string directory;
  std::string purpose;  // what the agent says that it is for
  std::optional<std::int64_t> exit_code;
};

struct DiffLine {
  enum class Kind : std::uint8_t { same, gone, added };
  Kind kind = Kind::same;
  std::string text;  // without the mark in front and the line end
};

/// Lines that belong together. Numbers count from 1; 0: nobody knows.
struct DiffHunk {
  std::uint32_t old_start = 0;
  std::uint32_t new_start = 0;
  std::vector<DiffLine> lines;
};

struct FileChange {
  enum class Kind : std::uint8_t { update, add, remove };
  Kind kind = Kind::update;
  std::string path;
  std::string moved_to;  // a rename
  std::vector<DiffHunk> hunks;
};

/// Files that were changed. What changed is in the hunks; the result is what the tool said beside.
struct EditCall {
  std::vector<FileChange> files;
};

/// A part of a file that was looked at. `text` without line numbers; empty: the result is shown as it is.
struct ReadCall {
  std::string path;
  std::uint32_t first_line = 0;  // of `text`, from 1; 0: nobody knows
  std::string text;
};

/// Files or lines that were looked for. The result lists what was found, a line each.
struct SearchCall {
  std::string query;
  std::string where;  // a directory or a pattern of files
};

struct Todo {
  enum class State : std::uint8_t { pending, active, done, dropped };
  State state = State::pending;
  std::string text;
};

struct TodoCall {
  std::vector<Todo> todos;
  std::string note = {};  // what the agent says about the change
};

struct Question {
  struct Option {
    std::string label;
    std::string description;
  };
  std::string title;  // a word or two
  std::string text;
  std::vector<Option> options;
  std::vector<std::string> answers;  // empty: none was given
};

struct AskCall {
  std::vector<Question> questions;
};

/// A plan put before the user, as Markdown.
struct PlanCall {
  std::string text;
};

/// A search of the web, or a page that was fetched.
struct WebCall {
  struct Link {
    std::string title;
    std::string url;  // foreign, not checked
  };
  std::string query;
  std::string url;
  std::vector<Link> links;  // what was found; shown in the place of a result that only repeats them
  bool links_are_all = false;
};

/// A tool of an MCP server.
struct McpCall {
  std::string server;
  std::string tool;
};

using ToolAction =
    std::variant<OtherCall, ShellCall, EditCall, ReadCall, SearchCall, TodoCall, AskCall, PlanCall, WebCall, McpCall>;

[[nodiscard]] ToolKind kind_of(const ToolAction& action);

}  // namespace panko
