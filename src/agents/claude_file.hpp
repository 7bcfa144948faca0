// One JSONL file of a Claude Code session (its own, or a sub-agent's), read whole or on and on while it grows. What has
// no line end yet counts as it stands, but is read again when it has one.
// Not for use by several threads at once.
#pragma once

#include <cstdint>
#include <optional>

#include "agents/claude_outline.hpp"
#include "agents/json_lines.hpp"
#include "base/result.hpp"
#include "session/source.hpp"

namespace panko {

class ClaudeFile {
 public:
  /// `until`: records of a later time are not there.
  explicit ClaudeFile(std::optional<WallTime> until = std::nullopt) : builder_(until) {}

  /// Everything, once.
  [[nodiscard]] Result<void> read_whole(const Source& source);
  /// What came behind the last complete line that an earlier call saw. Those lines must still be the same.
  [[nodiscard]] Result<void> read_on(const Source& source);

  /// What was read up to now.
  [[nodiscard]] ClaudeOutlineBuilder& builder() { return with_rest_ ? *with_rest_ : builder_; }
  [[nodiscard]] std::uint64_t unreadable_lines() const { return progress_.unreadable + rest_unreadable_; }
  /// Behind the last complete line.
  [[nodiscard]] std::uint64_t read_to() const { return progress_.read_to; }

 private:
  ClaudeOutlineBuilder builder_;
  JsonLinesProgress progress_;
  std::optional<ClaudeOutlineBuilder> with_rest_;  // where the unfinished line holds records
  std::uint64_t rest_unreadable_ = 0;
};

}  // namespace panko
