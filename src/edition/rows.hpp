// A session as one flat list of rows, so that a window of it is a range. Sub-agents stand behind the call that spawned
// them, abandoned branches where they left the main line. Refers to the outline that it was made from, which must
// outlive it and stay where it is. Immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "session/outline.hpp"

namespace panko {

struct RowGroup {
  static constexpr std::uint32_t kMain = 0;  // of the main line, parent of itself

  enum class Kind : std::uint8_t { main, subagent, branch };
  Kind kind = Kind::main;
  std::uint32_t parent = kMain;
  std::uint32_t first = 0;  // rows [first, end), the groups inside included
  std::uint32_t end = 0;
  const Subagent* subagent = nullptr;  // of the group, or the innermost one around it; nullptr: the session itself
};

struct Row {
  const OutlineBlock* block = nullptr;
  std::uint32_t group = RowGroup::kMain;
};

class Rows {
 public:
  explicit Rows(const Outline& outline);

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
  [[nodiscard]] const Row& at(std::uint32_t row) const { return rows_[row]; }
  /// A group comes behind the one around it.
  [[nodiscard]] const RowGroup& group(std::uint32_t index) const { return groups_[index]; }
  [[nodiscard]] std::uint32_t group_count() const { return static_cast<std::uint32_t>(groups_.size()); }
  [[nodiscard]] const RowGroup& group_of(std::uint32_t row) const { return groups_[rows_[row].group]; }
  /// The first row with this anchor.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t anchor_key) const;

 private:
  void add(const Outline& outline, const std::vector<OutlineBlock>& blocks, std::uint32_t group, std::size_t depth);
  std::uint32_t begin_group(RowGroup::Kind kind, std::uint32_t parent, const Subagent* subagent);
  void add_branches(const Outline& outline, std::size_t& next, std::uint32_t after, std::uint32_t group,
                    std::size_t depth, const std::vector<std::uint32_t>& order);

  std::vector<Row> rows_;
  std::vector<RowGroup> groups_;
  std::vector<std::uint32_t> by_anchor_;  // rows, by anchor key and then by place
};

}  // namespace panko
