// The outline of one Claude Code session file, built record by record: blocks in reading order, results beside their
// calls, abandoned branches and inline sub-agents apart, and the facts of the session.
// Not for use by several threads at once.
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

  /// Every record from an offset on; the count is of lines that are not complete JSON objects.
  [[nodiscard]] Result<std::uint64_t> add_all(const Source& source, std::uint64_t from = 0);
  void add(const JsonRecord& record);
  void add(const UnshownLine& line);

  /// The facts lack the id and the count of unreadable lines, and perhaps a title.
  [[nodiscard]] Outline finish(const ClaudeSubagentFinder& find_subagent);
  [[nodiscard]] const ClaudeFacts& facts() const { return facts_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Entry {
    OutlineBlock block;
    std::uint32_t index = 0;            // as it came
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
    std::uint32_t subagent = kNone;
    bool has_call = false;
  };
  struct Orphan {
    std::uint64_t id = 0;
    std::uint32_t entry = 0;
    std::string agent_id;
  };
  struct Current {  // the record that is being added
    ClaudeRecord record;
    ByteRange range;
    std::uint32_t ordinal = 0;
    std::uint32_t node = kNone;
    std::uint32_t chain = 0;
    std::uint64_t response = 0;  // text_hash of what its lines have in common; 0: nothing
    std::int64_t time_ms = OutlineBlock::kNoTime;
  };

  [[nodiscard]] std::uint32_t chain_of(const ClaudeRecord& record);

  void add_user(Current& current);
  void add_assistant(Current& current);
  void add_system(const Current& current);
  void add_text(Current& current, const ClaudePart& part, std::uint16_t index);
  void add_call(const Current& current, const ClaudePart& part, std::uint16_t index);
  void add_result(const Current& current, const ClaudePart& part, std::uint16_t index);
  void add_summary(const Current& current);
  std::uint32_t add_block(const Current& current, std::uint16_t part, BlockKind kind, bool is_error = false);
  bool is_new_part(const Current& current, const ClaudePart& part);

  void adopt_orphans();
  void attach_files(Outline& outline, const ClaudeSubagentFinder& find_subagent);
  void attach_chains(Outline& outline);
  void emit(Outline& outline);

  RecordLimit limit_;
  std::vector<Entry> entries_;
  std::vector<ClaudeNode> nodes_;
  std::vector<std::uint64_t> parents_;  // by node: hash of the parent's id; 0: none
  std::vector<std::uint32_t> chain_by_node_;
  std::vector<Chain> chains_;
  std::vector<Orphan> orphans_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> node_by_id_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> chain_by_agent_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_response_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_call_;
  boost::unordered_flat_map<std::uint32_t, ClaudeSpawn> spawns_;  // by entry
  boost::unordered_flat_set<std::uint64_t> parts_;                // seen of each response
  std::uint32_t pending_boundary_ = kNone;
  bool out_of_order_ = false;
  ClaudeFacts facts_;
};

}  // namespace panko
