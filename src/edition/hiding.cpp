#include "edition/hiding.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace panko {

namespace {

bool is_shown(const OutlineBlock& block, const Hiding& hiding) {
  using enum BlockKind;
  if (hiding.steps) return block.kind == user || block.kind == assistant || block.kind == image;
  return !hiding.thinking || block.kind != thinking;
}

class Filter {
 public:
  explicit Filter(const Hiding& hiding) : hiding_(hiding) {}

  void outline(Outline& outline) {
    const std::vector<std::uint32_t> kept_before = blocks(outline.blocks, outline.usages);
    for (Branch& branch : outline.branches) {
      branch.after = kept_before[std::min<std::size_t>(branch.after, kept_before.size() - 1)];
      blocks(branch.blocks, outline.usages);
    }
    std::erase_if(outline.branches, [](const Branch& branch) { return branch.blocks.empty(); });
    // The calls that began them are steps.
    if (hiding_.steps) outline.subagents.clear();
    for (Subagent& subagent : outline.subagents) this->outline(subagent.outline);
  }

 private:
  /// How many blocks are kept in front of each one, and in front of the end. What a response cost goes to a block of it
  /// that is kept, else of the same turn.
  std::vector<std::uint32_t> blocks(std::vector<OutlineBlock>& all, std::vector<Usage>& usages) {
    std::vector<std::uint32_t> kept_before;
    kept_before.reserve(all.size() + 1);
    std::vector<OutlineBlock> kept;
    std::optional<Usage> cost;  // of blocks that were not kept, since the last one that was
    const auto pay = [&](OutlineBlock& block) {
      if (!cost) return;
      if (block.usage < usages.size()) *cost += usages[block.usage];
      block.usage = static_cast<std::uint32_t>(usages.size());
      usages.push_back(*std::exchange(cost, std::nullopt));
    };
    for (OutlineBlock& block : all) {
      kept_before.push_back(static_cast<std::uint32_t>(kept.size()));
      if (!is_shown(block, hiding_)) {
        if (block.usage < usages.size()) cost = cost.value_or(Usage()) += usages[block.usage];
        continue;
      }
      if (block.kind != BlockKind::user) {
        pay(block);
      } else if (cost && !kept.empty() && kept.back().kind != BlockKind::user) {
        pay(kept.back());
      } else {
        cost.reset();
      }
      kept.push_back(block);
    }
    if (!kept.empty() && kept.back().kind != BlockKind::user) pay(kept.back());
    kept_before.push_back(static_cast<std::uint32_t>(kept.size()));
    all = std::move(kept);
    return kept_before;
  }

  const Hiding& hiding_;
};

}  // namespace

Transcript hide(Transcript transcript, const Hiding& hiding) {
  if (hiding.tool_output) transcript = std::move(transcript).without_results();
  if (!hiding.steps && !hiding.thinking) return transcript;
  return std::move(transcript).changed([&](Outline& outline) { Filter(hiding).outline(outline); });
}

}  // namespace panko
