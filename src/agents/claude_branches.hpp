// Which records of a session were abandoned by a rewind. Records name their parents, but the tree is used for nothing
// else: walking it from the last record to the root would lose parallel results, continuations and more.
// Pure; linear in the records, whatever cycles they make.
#pragma once

#include <cstdint>
#include <vector>

namespace panko {

struct ClaudeNode {
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  std::uint32_t parent = kNone;
  bool prompt = false;  // holds a real prompt of the user
  bool turn = false;    // a user's or assistant's record of the main line
};

struct ClaudeBranches {
  std::vector<std::uint32_t> branch_of;  // by node: 0 is the current line, else 1 + index of the branch
  std::vector<std::uint32_t> fork_of;    // by branch: the node that it leaves
};

/// A fork is a node with at least two children whose sub-trees hold a real prompt each. Of those the one that holds the
/// latest turn goes on; the others are branches.
[[nodiscard]] ClaudeBranches find_claude_branches(const std::vector<ClaudeNode>& nodes);

}  // namespace panko
