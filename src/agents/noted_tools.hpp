// What agents' tools have in common, whatever they are called: parts of what a ToolAction is made of. Pure; linear.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_index.hpp"
#include "session/tool.hpp"

namespace panko {

/// The first of these members that is a text, unescaped.
[[nodiscard]] std::string text_in(const JsonValue& object, std::initializer_list<std::string_view> names);
/// The first that is a count that fits, else 0.
[[nodiscard]] std::uint32_t number_in(const JsonValue& object, std::initializer_list<std::string_view> names);

/// A call's arguments. They stay where they are made: views refer to them.
class NotedInput {
 public:
  explicit NotedInput(const JsonValue& arguments);
  ~NotedInput() = default;
  NotedInput(const NotedInput&) = delete;
  NotedInput& operator=(const NotedInput&) = delete;

  /// An object as it is or out of a string; another text stands under "input".
  [[nodiscard]] JsonValue root() const { return is_object_ ? index_.root() : JsonValue(); }
  /// The same as text; empty when there are none.
  [[nodiscard]] std::string json() const { return text_.substr(0, size_); }

 private:
  std::string text_;
  std::size_t size_ = 0;
  JsonIndex index_;
  bool is_object_ = false;
};

/// The number behind the last `mark`; without a mark, the one that the text begins with.
[[nodiscard]] std::optional<std::int64_t> number_behind(std::string_view text, std::string_view mark);

/// What one text was replaced by.
[[nodiscard]] FileChange replacement(std::string path, std::string_view before, std::string_view after);
/// A file that was written whole.
[[nodiscard]] FileChange written_file(std::string path, std::string_view content);
/// The hunks of a unified diff of one file, its head included or not.
[[nodiscard]] std::vector<DiffHunk> unified_hunks(std::string_view diff);

/// "mcp__server__tool"
[[nodiscard]] std::optional<McpCall> mcp_call(std::string_view name);

}  // namespace panko
