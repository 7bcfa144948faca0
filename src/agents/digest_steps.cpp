#include "agents/digest_steps.hpp"

#include <algorithm>

#include "agents/session_text.hpp"

namespace panko {

void count_call(std::vector<ToolCount>& tools, std::string_view name) {
  constexpr std::size_t kMost = 1000;  // a file may name as many as it has lines
  name = short_name(name);
  const auto tool = std::ranges::find(tools, name, &ToolCount::name);
  if (tool != tools.end()) {
    ++tool->calls;
  } else if (tools.size() < kMost) {
    tools.push_back({std::string(name), 1});
  }
}

void sort_by_calls(std::vector<ToolCount>& tools) {
  std::ranges::sort(tools, [](const ToolCount& a, const ToolCount& b) {
    return a.calls != b.calls ? a.calls > b.calls : a.name < b.name;
  });
}

}  // namespace panko
