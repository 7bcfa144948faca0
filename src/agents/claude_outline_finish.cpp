#include <algorithm>

#include "agents/claude_outline.hpp"

namespace panko {

Outline ClaudeOutlineBuilder::finish(const ClaudeSubagentFinder& find_subagent) {
  order_entries();
  resolve_parents();
  Outline outline;
  outline.facts = facts_.sum_up([this](std::uint64_t id) { return node_by_id_.contains(id); });
  Attached attached;
  attach_files(outline, attached, find_subagent);
  attach_chains(outline, attached);
  emit(outline, attached);
  return outline;
}

/// Only entries from the lowest new one on can have another place than before.
void ClaudeOutlineBuilder::order_entries() {
  const auto order_of = [this](std::uint32_t entry) { return std::pair(entries_[entry].order, entry); };
  const auto from = std::ranges::lower_bound(sequence_, std::pair(lowest_order_, std::uint32_t{0}), {}, order_of);
  const auto kept = from - sequence_.begin();
  for (auto entry = static_cast<std::uint32_t>(sequence_.size()); entry < entries_.size(); ++entry)
    sequence_.push_back(entry);
  const auto changed = std::ranges::subrange(sequence_.begin() + kept, sequence_.end());
  if (!std::ranges::is_sorted(changed, {}, order_of)) std::ranges::sort(changed, {}, order_of);
  lowest_order_ = kNone;
}

void ClaudeOutlineBuilder::resolve_parents() {
  std::erase_if(missing_parents_, [this](const auto& missing) {
    const auto parent = node_by_id_.find(missing.second);
    if (parent == node_by_id_.end()) return false;
    nodes_[missing.first].parent = parent->second;
    return true;
  });
}

void ClaudeOutlineBuilder::attach_files(Outline& outline, Attached& attached,
                                        const ClaudeSubagentFinder& find_subagent) const {
  std::vector<std::uint32_t> calls;
  for (const auto& [entry, spawn] : spawns_)
    if (chain_of(entries_[entry]) == 0) calls.push_back(entry);
  // Who is named by a result goes before who is only found by the same prompt.
  std::ranges::sort(calls, {}, [&](std::uint32_t call) { return std::pair(spawns_.at(call).agent_id.empty(), call); });
  for (const std::uint32_t call : calls) {
    auto subagent = find_subagent(spawns_.at(call));
    if (!subagent) continue;
    attached.by_call.emplace(call, static_cast<std::uint32_t>(outline.subagents.size()));
    outline.subagents.push_back(std::move(*subagent));
  }
}

/// Inline sub-agents belong to the call with their prompt, the first to the first.
void ClaudeOutlineBuilder::attach_chains(Outline& outline, Attached& attached) const {
  // A file of nothing but sidechain records is a sub-agent's own file: its line is the main line.
  if (chains_.empty() || !facts_.any_main_turn()) return;
  boost::unordered_flat_map<std::uint64_t, std::vector<std::uint32_t>> calls;  // by prompt
  for (const auto& [entry, spawn] : spawns_)
    if (entries_[entry].chain == 0 && !attached.by_call.contains(entry)) calls[spawn.prompt_hash].push_back(entry);
  for (auto& [prompt, entries] : calls) std::ranges::sort(entries, std::ranges::greater());

  for (const Chain& chain : chains_) {
    const auto index = static_cast<std::uint32_t>(outline.subagents.size());
    attached.by_chain.push_back(index);
    Subagent& subagent = outline.subagents.emplace_back();
    subagent.outline.facts.id = chain.agent_id;
    const auto call = chain.prompt_hash == 0 ? calls.end() : calls.find(chain.prompt_hash);
    const bool has_call = call != calls.end() && !call->second.empty();
    attached.has_start.push_back(has_call);
    if (has_call) {
      const std::uint32_t entry = call->second.back();
      call->second.pop_back();
      attached.by_call.emplace(entry, index);
      subagent.type = spawns_.at(entry).type;
      subagent.description = spawns_.at(entry).description;
    }
    subagent.outline.facts.title = subagent.description.empty() ? "Sub-agent" : subagent.description;
  }
}

void ClaudeOutlineBuilder::append(std::vector<OutlineBlock>& blocks, Outline& into, const Entry& entry) const {
  OutlineBlock& block = blocks.emplace_back(entry.block);
  if (block.usage != OutlineBlock::kNoUsage) {
    into.usages.push_back(usages_[block.usage]);
    block.usage = static_cast<std::uint32_t>(into.usages.size() - 1);
  }
  if (block.model == OutlineBlock::kNoModel || chain_of(entry) == 0) return;
  auto& models = into.facts.models;
  const auto& model = facts_.models().at(block.model);
  block.model = static_cast<std::uint8_t>(std::ranges::find(models, model) - models.begin());
  if (block.model == models.size()) models.push_back(model);
}

/// A block that stands for an inline sub-agent without a call.
void ClaudeOutlineBuilder::begin_chain(Outline& outline, const Entry& entry, std::uint32_t subagent) const {
  OutlineBlock& start = outline.blocks.emplace_back(entry.block);
  start.kind = BlockKind::subagent;
  start.tool = ToolKind::other;
  start.subagent = subagent;
  start.part = kClaudeSubagentPart;
  start.result = {};
  start.usage = OutlineBlock::kNoUsage;
  start.model = OutlineBlock::kNoModel;
  start.is_error = false;
  start.anchor_key = entry.chain_start_key;
}

void ClaudeOutlineBuilder::emit(Outline& outline, Attached& attached) const {
  const ClaudeBranches branches = find_claude_branches(nodes_);
  outline.branches.resize(branches.fork_of.size());
  outline.blocks.reserve(entries_.size());
  outline.usages.reserve(usages_.size());
  std::vector<std::uint32_t> positions;  // of the main line's blocks
  positions.reserve(entries_.size());
  for (const std::uint32_t index : sequence_) {
    const Entry& entry = entries_[index];
    if (entry.gone) continue;
    if (const std::uint32_t chain = chain_of(entry); chain != 0) {
      const std::uint32_t subagent = attached.by_chain[chain - 1];
      if (!attached.has_start[chain - 1]) {
        begin_chain(outline, entry, subagent);
        positions.push_back(entry.position);
        attached.has_start[chain - 1] = true;
      }
      Outline& own = outline.subagents[subagent].outline;
      append(own.blocks, own, entry);
      continue;
    }
    const std::uint32_t branch = entry.node == kNone ? 0 : branches.branch_of[entry.node];
    auto& line = branch == 0 ? outline.blocks : outline.branches[branch - 1].blocks;
    append(line, outline, entry);
    if (branch == 0) positions.push_back(entry.position);
    if (entry.block.kind != BlockKind::tool || attached.by_call.empty()) continue;
    if (const auto call = attached.by_call.find(index); call != attached.by_call.end()) {
      line.back().kind = BlockKind::subagent;
      line.back().subagent = call->second;
    }
  }
  if (outline.branches.empty()) return;
  std::ranges::sort(positions);
  for (std::size_t i = 0; i < outline.branches.size(); ++i)
    outline.branches[i].after =
        static_cast<std::uint32_t>(std::ranges::upper_bound(positions, branches.fork_of[i] + 1) - positions.begin());
  std::erase_if(outline.branches, [](const Branch& branch) { return branch.blocks.empty(); });
}

}  // namespace panko
