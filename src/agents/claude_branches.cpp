#include "agents/claude_branches.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kNone = ClaudeNode::kNone;

/// By node: whether its sub-tree holds a real prompt.
std::vector<bool> mark_prompts(const std::vector<ClaudeNode>& nodes) {
  std::vector<bool> marked(nodes.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].prompt)
      for (std::uint32_t at = i; at != kNone && !marked[at]; at = nodes[at].parent) marked[at] = true;
  return marked;
}

/// By node: the last turn in its sub-tree.
std::vector<std::uint32_t> find_latest_turns(const std::vector<ClaudeNode>& nodes) {
  std::vector<std::uint32_t> latest(nodes.size(), kNone);
  for (auto i = static_cast<std::uint32_t>(nodes.size()); i-- > 0;)
    if (nodes[i].turn)
      for (std::uint32_t at = i; at != kNone && latest[at] == kNone; at = nodes[at].parent) latest[at] = i;
  return latest;
}

bool is_later(std::uint32_t left, std::uint32_t right) {
  return left != kNone && (right == kNone || left > right);
}

}  // namespace

ClaudeBranches find_claude_branches(const std::vector<ClaudeNode>& nodes) {
  const auto has_prompt = mark_prompts(nodes);
  const auto latest = find_latest_turns(nodes);
  const auto count = static_cast<std::uint32_t>(nodes.size());

  ClaudeBranches branches;
  std::vector<std::uint32_t> kept(count, kNone);  // by parent: the child that goes on
  std::vector<std::uint32_t> abandoned;           // roots of branches
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t parent = nodes[i].parent;
    if (parent == kNone || parent == i || !has_prompt[i]) continue;
    if (kept[parent] == kNone) {
      kept[parent] = i;
    } else if (is_later(latest[i], latest[kept[parent]])) {
      abandoned.push_back(kept[parent]);
      kept[parent] = i;
    } else {
      abandoned.push_back(i);
    }
  }
  branches.branch_of.assign(count, abandoned.empty() ? 0 : kNone);
  if (abandoned.empty()) return branches;
  for (const std::uint32_t root : abandoned) {
    branches.fork_of.push_back(nodes[root].parent);
    branches.branch_of[root] = static_cast<std::uint32_t>(branches.fork_of.size());
  }

  // A node is where its nearest ancestor is that is known; what a cycle leads round to is the current line.
  std::vector<std::uint32_t> path;
  for (std::uint32_t i = 0; i < count; ++i) {
    path.clear();
    std::uint32_t at = i;
    while (at != kNone && branches.branch_of[at] == kNone) {
      branches.branch_of[at] = 0;
      path.push_back(at);
      at = nodes[at].parent;
    }
    const std::uint32_t branch = at == kNone ? 0 : branches.branch_of[at];
    for (const std::uint32_t node : path) branches.branch_of[node] = branch;
  }
  return branches;
}

}  // namespace panko
