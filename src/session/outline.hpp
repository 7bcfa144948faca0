// The outline: what one pass over a session leaves in memory. A few dozen bytes a block; texts stay in the file and
// are loaded from their ranges when somebody looks. Memory follows the number of blocks, not the bytes.
// Plain values without threads' concern; an Outline that is shared between threads is const.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "session/block.hpp"
#include "session/source.hpp"

namespace panko {

struct OutlineBlock {
  static constexpr std::uint32_t kNoSubagent = 0xffff'ffff;
  static constexpr std::uint32_t kNoUsage = 0xffff'ffff;
  static constexpr std::uint8_t kNoModel = 0xff;
  static constexpr std::int64_t kNoTime = INT64_MIN;

  ByteRange record;                      // the JSON record that holds it
  ByteRange result;                      // tool: the record of the result; compaction: of the summary
  std::int64_t time_ms = kNoTime;        // since 1970, UTC
  std::uint64_t anchor_key = 0;          // anchor_key_of(anchor): finds a link's target without loading
  std::uint32_t subagent = kNoSubagent;  // index into Outline::subagents
  std::uint32_t usage = kNoUsage;        // index into Outline::usages: the first block of a response alone has one
  std::uint32_t ordinal = 0;             // of the record in its file; of an unshown line: its number
  std::uint16_t part = 0;                // which content block of the record
  std::uint16_t result_part = 0;
  BlockKind kind = BlockKind::notice;
  ToolKind tool = ToolKind::other;  // tool and subagent: by the tool's name alone, so the loaded block may say `other`
  std::uint8_t model = kNoModel;    // index into SessionFacts::models: who said it, or called it
  bool is_error = false;            // of the result, or of a notice
  bool is_result = false;           // a notice that shows the result of a call which is missing
};

/// 64-bit FNV-1a of an anchor.
[[nodiscard]] std::uint64_t anchor_key_of(std::string_view anchor);

struct Usage {
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint64_t cache_read_tokens = 0;
  std::uint64_t cache_write_tokens = 0;
  bool operator==(const Usage&) const = default;
  Usage& operator+=(const Usage& other);
};

/// What the records say of the session as a whole. Empty strings: not said.
struct SessionFacts {
  std::string id;
  std::string title;       // by the agent's rule; never empty after reading: at worst the file's stem
  std::string cwd;         // the first one recorded
  std::string git_branch;  // the last one recorded
  std::optional<WallTime> started_at;
  std::optional<WallTime> ended_at;
  std::vector<std::string> models;  // in order of first use
  Usage usage;
  std::uint64_t unreadable_lines = 0;
  bool is_child = false;  // another session's agent began it (a sub-agent, a review): not listed by itself
};

/// The project's name for people: the last component of the recorded working directory.
[[nodiscard]] std::string project_of(std::string_view cwd);

struct Branch {
  std::uint32_t after = 0;  // it leaves the main line behind this many blocks of it
  std::vector<OutlineBlock> blocks;
};

struct Subagent;

struct Outline {
  SessionFacts facts;
  std::vector<OutlineBlock> blocks;  // the main line, in reading order
  std::vector<Branch> branches;      // abandoned by a rewind
  std::vector<Usage> usages;         // of the responses; their sum may be less than the facts say
  std::vector<Subagent> subagents;
};

struct Subagent {
  std::optional<Source> source;  // its own file; nullopt: its records lie in the parent's file
  std::string type;              // "general-purpose", "Explore", ... where recorded
  std::string description;
  Outline outline;
};

}  // namespace panko
