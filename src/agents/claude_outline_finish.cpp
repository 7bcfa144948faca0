#include <algorithm>

#include "agents/claude_outline.hpp"

namespace panko {

Outline ClaudeOutlineBuilder::finish(const ClaudeSubagentFinder& find_subagent) {
  // A file of nothing but sidechain records is a sub-agent's own file: its line is the main line.
  if (!facts_.any_main_turn()) {
    for (Entry& entry : entries_) entry.chain = 0;
    chains_.clear();
  }
  Outline outline;
  adopt_orphans();
  attach_files(outline, find_subagent);
  attach_chains(outline);
  if (out_of_order_)
    std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::pair(entry.order, entry.index); });
  emit(outline);
  outline.facts = facts_.sum_up([this](std::uint64_t id) { return node_by_id_.contains(id); });
  return outline;
}

/// Results in front of their calls: records may be shuffled.
void ClaudeOutlineBuilder::adopt_orphans() {
  for (const Orphan& orphan : orphans_) {
    const auto call = orphan.id == 0 ? entry_by_call_.end() : entry_by_call_.find(orphan.id);
    if (call == entry_by_call_.end()) continue;
    OutlineBlock& block = entries_[call->second].block;
    Entry& notice = entries_[orphan.entry];
    notice.gone = true;
    if (!block.result.empty()) continue;
    block.result = notice.block.record;
    block.result_part = notice.block.part;
    block.is_error = notice.block.is_error;
    if (!orphan.agent_id.empty()) spawns_[call->second].agent_id = orphan.agent_id;
  }
}

void ClaudeOutlineBuilder::attach_files(Outline& outline, const ClaudeSubagentFinder& find_subagent) {
  std::vector<std::uint32_t> calls;
  for (const auto& [entry, spawn] : spawns_)
    if (entries_[entry].chain == 0) calls.push_back(entry);
  // Who is named by a result goes before who is only found by the same prompt.
  std::ranges::sort(calls, {}, [&](std::uint32_t call) { return std::pair(spawns_[call].agent_id.empty(), call); });
  for (const std::uint32_t call : calls) {
    auto subagent = find_subagent(spawns_[call]);
    if (!subagent) continue;
    entries_[call].block.kind = BlockKind::subagent;
    entries_[call].block.subagent = static_cast<std::uint32_t>(outline.subagents.size());
    outline.subagents.push_back(std::move(*subagent));
  }
}

/// Inline sub-agents belong to the call with their prompt, the first to the first.
void ClaudeOutlineBuilder::attach_chains(Outline& outline) {
  if (chains_.empty()) return;
  boost::unordered_flat_map<std::uint64_t, std::vector<std::uint32_t>> calls;  // by prompt
  for (const auto& [entry, spawn] : spawns_)
    if (entries_[entry].chain == 0 && entries_[entry].block.subagent == OutlineBlock::kNoSubagent)
      calls[spawn.prompt_hash].push_back(entry);
  for (auto& [prompt, entries] : calls) std::ranges::sort(entries, std::ranges::greater());

  for (Chain& chain : chains_) {
    chain.subagent = static_cast<std::uint32_t>(outline.subagents.size());
    Subagent& subagent = outline.subagents.emplace_back();
    subagent.outline.facts.id = chain.agent_id;
    const auto call = chain.prompt_hash == 0 ? calls.end() : calls.find(chain.prompt_hash);
    if (call != calls.end() && !call->second.empty()) {
      const std::uint32_t entry = call->second.back();
      call->second.pop_back();
      entries_[entry].block.kind = BlockKind::subagent;
      entries_[entry].block.subagent = chain.subagent;
      subagent.type = spawns_[entry].type;
      subagent.description = spawns_[entry].description;
      chain.has_call = true;
    }
    subagent.outline.facts.title = subagent.description.empty() ? "Sub-agent" : subagent.description;
  }
}

void ClaudeOutlineBuilder::emit(Outline& outline) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (parents_[i] == 0) continue;
    if (const auto parent = node_by_id_.find(parents_[i]); parent != node_by_id_.end())
      nodes_[i].parent = parent->second;
  }
  const ClaudeBranches branches = find_claude_branches(nodes_);
  outline.branches.resize(branches.fork_of.size());
  outline.blocks.reserve(entries_.size());
  std::vector<std::uint32_t> positions;  // of the main line's blocks
  for (const Entry& entry : entries_) {
    if (entry.gone) continue;
    if (entry.chain != 0) {
      Chain& chain = chains_[entry.chain - 1];
      if (!chain.has_call) {
        OutlineBlock& start = outline.blocks.emplace_back(entry.block);
        start.kind = BlockKind::subagent;
        start.subagent = chain.subagent;
        start.part = kClaudeSubagentPart;
        start.result = {};
        start.is_error = false;
        start.anchor_key = entry.chain_start_key;
        positions.push_back(entry.position);
        chain.has_call = true;
      }
      outline.subagents[chain.subagent].outline.blocks.push_back(entry.block);
      continue;
    }
    const std::uint32_t branch = entry.node == kNone ? 0 : branches.branch_of[entry.node];
    if (branch != 0) {
      outline.branches[branch - 1].blocks.push_back(entry.block);
    } else {
      outline.blocks.push_back(entry.block);
      positions.push_back(entry.position);
    }
  }
  std::ranges::sort(positions);
  for (std::size_t i = 0; i < outline.branches.size(); ++i)
    outline.branches[i].after =
        static_cast<std::uint32_t>(std::ranges::upper_bound(positions, branches.fork_of[i] + 1) - positions.begin());
  std::erase_if(outline.branches, [](const Branch& branch) { return branch.blocks.empty(); });
}

}  // namespace panko
