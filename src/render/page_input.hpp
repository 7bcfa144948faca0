// What a tool was asked: its JSON input taken apart for the page. Damaged JSON is no error: it is shown as recorded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

struct ToolInput {
  struct Field {
    std::string name;
    std::string value;  // a string's text, or anything else as indented JSON
  };

  std::vector<Field> fields;  // in order
  std::string raw;            // instead of them: no JSON object
  std::string telling;        // the one line that says most
  bool is_cut = false;        // there is more than `limit` bytes of it
};

/// `limit`: about how many bytes of values are wanted.
[[nodiscard]] ToolInput read_tool_input(std::string_view json, std::size_t limit);

/// JSON, an object or a list, indented; strings keep their line breaks: for eyes and not for parsers. nullopt: it is
/// none, or longer than `limit`.
[[nodiscard]] std::optional<std::string> indented_json(std::string_view text, std::size_t limit);

}  // namespace panko
