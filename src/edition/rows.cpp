#include "edition/rows.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace panko {

namespace {

constexpr std::size_t kNesting = 16;  // sub-agents of sub-agents; deeper ones stand beside each other

}  // namespace

Rows::Rows(const Outline& outline) {
  rows_.reserve(outline.blocks.size());
  groups_.emplace_back();
  add(outline, outline.blocks, RowGroup::kMain, 0);
  groups_[RowGroup::kMain].end = size();

  by_anchor_.resize(rows_.size());
  std::iota(by_anchor_.begin(), by_anchor_.end(), 0U);
  std::ranges::sort(by_anchor_, {}, [&](std::uint32_t row) { return std::tuple(rows_[row].block->anchor_key, row); });
}

std::uint32_t Rows::begin_group(RowGroup::Kind kind, std::uint32_t parent, const Subagent* subagent) {
  groups_.push_back({.kind = kind, .parent = parent, .first = size(), .end = size(), .subagent = subagent});
  return static_cast<std::uint32_t>(groups_.size() - 1);
}

/// The branches that leave behind the first `after` blocks.
void Rows::add_branches(const Outline& outline, std::size_t& next, std::uint32_t after, std::uint32_t group,
                        std::size_t depth, const std::vector<std::uint32_t>& order) {
  for (; next < order.size() && outline.branches[order[next]].after <= after; ++next) {
    const Branch& branch = outline.branches[order[next]];
    if (branch.blocks.empty()) continue;
    const std::uint32_t inner = begin_group(RowGroup::Kind::branch, group, groups_[group].subagent);
    add(outline, branch.blocks, inner, depth + 1);
    groups_[inner].end = size();
  }
}

void Rows::add(const Outline& outline, const std::vector<OutlineBlock>& blocks, std::uint32_t group,
               std::size_t depth) {
  std::vector<std::uint32_t> order;  // branches belong to the main line alone
  if (&blocks == &outline.blocks) {
    order.resize(outline.branches.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t index) { return std::tuple(outline.branches[index].after, index); });
  }
  std::size_t next_branch = 0;
  std::uint32_t count = 0;
  for (const OutlineBlock& block : blocks) {
    add_branches(outline, next_branch, count++, group, depth, order);
    rows_.push_back({&block, group});
    if (block.subagent >= outline.subagents.size()) continue;
    const Subagent& subagent = outline.subagents[block.subagent];
    if (subagent.outline.blocks.empty() || depth >= kNesting) continue;
    const std::uint32_t inner = begin_group(RowGroup::Kind::subagent, group, &subagent);
    add(subagent.outline, subagent.outline.blocks, inner, depth + 1);
    groups_[inner].end = size();
  }
  add_branches(outline, next_branch, UINT32_MAX, group, depth, order);
}

std::optional<std::uint32_t> Rows::find(std::uint64_t anchor_key) const {
  const auto found = std::ranges::lower_bound(by_anchor_, anchor_key, {},
                                              [&](std::uint32_t row) { return rows_[row].block->anchor_key; });
  if (found == by_anchor_.end() || rows_[*found].block->anchor_key != anchor_key) return std::nullopt;
  return *found;
}

}  // namespace panko
