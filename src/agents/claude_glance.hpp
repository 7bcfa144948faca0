// A cheap look at a line of a Claude Code session that says nothing but when it was written: progress, and results of
// tools, as Claude Code itself lays them out. They are three quarters of the bytes, and a digest needs none of those.
// Damage inside of such a line is not seen. Not for use by several threads at once.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agents/claude_record.hpp"

namespace panko {

class ClaudeGlance {
 public:
  ClaudeGlance() = default;
  ClaudeGlance(const ClaudeGlance&) = delete;
  ClaudeGlance& operator=(const ClaudeGlance&) = delete;

  static constexpr std::size_t kShortest = 600;  // what is shorter is parsed as fast

  /// The record without its content, good until the next call and as long as the line; nullopt: it is another one, or
  /// laid out in another way, and has to be parsed.
  [[nodiscard]] std::optional<ClaudeRecord> look_at(std::string_view line);

 private:
  /// What most lines of one type have in common, behind their parent's id and up to their type.
  struct Front {
    std::string text;
    ClaudeRecord record;  // views of `text`; of other types than those that are looked for: `other`
  };
  std::array<Front, 4> fronts_;  // the last ones
  std::size_t next_ = 0;         // to be replaced
};

}  // namespace panko
