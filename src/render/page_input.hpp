// What a tool was asked: its JSON input taken apart for the page. Damaged JSON is no error: it is shown as recorded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

struct ToolInput {
  struct Field {
    std::string name;
    std::string value;  // a string's text, or anything else as indented JSON
  };
  struct Edit {
    std::string before;
    std::string after;
  };
  struct Todo {
    std::string text;
    std::string status;
  };

  std::string command;      // of a shell
  std::vector<Edit> edits;  // of a file
  std::vector<Todo> todos;
  std::vector<Field> fields;  // the rest, in order
  std::string raw;            // instead of all that: no JSON object
  std::string telling;        // the one line that says most
  bool is_cut = false;        // there is more than `limit` bytes of it
};

/// `limit`: about how many bytes of values are wanted.
[[nodiscard]] ToolInput read_tool_input(std::string_view json, std::size_t limit);

}  // namespace panko
