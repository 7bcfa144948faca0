// What a text in a user's record is: a person's words, or one of the things that Claude Code writes there for itself.
// Pure; linear in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "session/block.hpp"

namespace panko {

struct ClaudeText {
  std::optional<BlockKind> kind;  // user, command, compaction or notice; nullopt: not shown
  std::string text;               // as it is shown
};

/// Markup counts only when the whole text is markup: who pastes a `<command-name>` among other words said them.
/// `meta`: the record is marked as not typed by the user.
[[nodiscard]] ClaudeText classify_claude_text(std::string_view text, bool meta);

}  // namespace panko
