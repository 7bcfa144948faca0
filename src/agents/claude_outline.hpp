// The outline of one Claude Code session file, built record by record: blocks in reading order, results beside their
// calls, abandoned branches and inline sub-agents apart, and the facts of the session. A value: a copy can be gone on
// with in another way. Not for use by several threads at once.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agents/claude_branches.hpp"
#include "agents/claude_facts.hpp"
#include "agents/claude_queue.hpp"
#include "agents/claude_record.hpp"
#include "agents/json_lines.hpp"
#include "agents/record_limit.hpp"
#include "session/outline.hpp"

namespace panko {

/// A call that may have spawned a sub-agent.
struct ClaudeSpawn {
  std::string agent_id;           // where the result says it
  std::uint64_t prompt_hash = 0;  // text_hash of the prompt; 0: none
  std::string type;
  std::string description;
};

/// Finds the sub-agent's own file.
using ClaudeSubagentFinder = std::function<std::optional<Subagent>(const ClaudeSpawn&)>;

class ClaudeOutlineBuilder {
 public:
  /// `until`: records of a later time are not there.
  explicit ClaudeOutlineBuilder(std::optional<WallTime> until) : limit_(until) {}

  void add(const JsonRecord& record);
  void add(const UnshownLine& line);

  /// The outline of what was added up to now; more may be added behind it. The facts lack the id and the count of
  /// unreadable lines, and perhaps a title.
  [[nodiscard]] Outline finish(const ClaudeSubagentFinder& find_subagent);
  [[nodiscard]] const ClaudeFacts& facts() const { return facts_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Entry {
    OutlineBlock block;                 // usage and model are those of the builder
    std::uint32_t order = 0;            // entries of one response share that of its first
    std::uint32_t node = kNone;         // of its record
    std::uint32_t position = 0;         // nodes up to its record
    std::uint32_t chain = 0;            // 0 is the main line, else 1 + index of an inline sub-agent
    std::uint64_t chain_start_key = 0;  // anchor key of the block that stands for its chain
    bool gone = false;
  };
  struct Chain {
    std::uint64_t prompt_hash = 0;
    std::string agent_id;
  };
  struct Orphan {  // a result in front of its call
    std::uint32_t entry = 0;
    std::string agent_id;
  };
  /// Which sub-agents there are, as indexes into Outline::subagents.
  struct Attached {
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> by_call;  // by entry
    std::vector<std::uint32_t> by_chain;
    std::vector<bool> has_start;  // by chain: something stands for it already
  };
  struct Current {  // the record that is being added
    ClaudeRecord record;
    ByteRange range;
    std::uint32_t ordinal = 0;
    std::uint32_t node = kNone;
    std::uint32_t chain = 0;
    std::uint64_t response = 0;  // text_hash of what its lines have in common; 0: nothing
    std::int64_t time_ms = OutlineBlock::kNoTime;
    std::uint8_t model = OutlineBlock::kNoModel;
  };

  [[nodiscard]] std::uint32_t chain_of(const ClaudeRecord& record);
  [[nodiscard]] std::uint8_t model_of(const ClaudeRecord& record);

  void add_user(Current& current);
  void add_assistant(Current& current);
  void add_system(const Current& current);
  void add_queue_operation(const Current& current);
  void add_text(Current& current, const ClaudePart& part, std::uint16_t index);
  void add_call(const Current& current, const ClaudePart& part, std::uint16_t index);
  void add_result(const Current& current, const ClaudePart& part, std::uint16_t index);
  void add_summary(const Current& current);
  std::uint32_t add_block(const Current& current, std::uint16_t part, BlockKind kind, bool is_error = false);
  bool is_new_part(const Current& current, const ClaudePart& part);
  void add_usage(const Current& current, std::uint32_t first_entry);
  void set_result(std::uint32_t call, const OutlineBlock& result, std::string_view agent_id);

  void resolve_parents();
  void order_entries();
  [[nodiscard]] std::uint32_t chain_of(const Entry& entry) const { return facts_.any_main_turn() ? entry.chain : 0; }
  void attach_files(Outline& outline, Attached& attached, const ClaudeSubagentFinder& find_subagent) const;
  void attach_chains(Outline& outline, Attached& attached) const;
  void emit(Outline& outline, Attached& attached) const;
  void begin_chain(Outline& outline, const Entry& entry, std::uint32_t subagent) const;
  /// With usage and model as `into` has them.
  void append(std::vector<OutlineBlock>& blocks, Outline& into, const Entry& entry) const;

  RecordLimit limit_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> sequence_;  // entries in reading order, as of the last finish()
  std::uint32_t lowest_order_ = kNone;   // of the entries since then
  std::vector<ClaudeNode> nodes_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> missing_parents_;  // node, and hash of its parent's id
  std::vector<std::uint32_t> chain_by_node_;
  std::vector<Chain> chains_;
  std::vector<Usage> usages_;
  std::string last_model_;  // as recorded
  std::uint8_t last_model_index_ = OutlineBlock::kNoModel;
  boost::unordered_flat_map<std::uint64_t, std::vector<Orphan>> orphans_;  // by the call's id
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> node_by_id_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> chain_by_agent_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_response_;  // the first one
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> usage_by_response_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_call_;
  boost::unordered_flat_map<std::uint32_t, ClaudeSpawn> spawns_;  // by entry
  boost::unordered_flat_set<std::uint64_t> parts_;                // seen of each response
  ClaudeQueue queue_;
  std::uint32_t pending_boundary_ = kNone;
  ClaudeFacts facts_;
};

}  // namespace panko
