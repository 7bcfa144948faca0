#include "session/tool.hpp"

#include <array>

namespace panko {

std::string_view name_of(ToolKind kind) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"other", "shell", "edit", "read", "search", "todo", "ask", "plan", "web", "mcp"});
  return kNames.at(static_cast<std::size_t>(kind));
}

ToolKind kind_of(const ToolAction& action) {
  static_assert(std::variant_size_v<ToolAction> == static_cast<std::size_t>(ToolKind::mcp) + 1,
                "the alternatives stand in the order of the kinds");
  return static_cast<ToolKind>(action.index());
}

}  // namespace panko
