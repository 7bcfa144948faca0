// What a text in a user's name is: a person's words, or one of the things that Codex puts there for the model.
// Pure; linear in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "session/block.hpp"

namespace panko {

struct CodexText {
  std::optional<BlockKind> kind;  // user, command, compaction or notice; nullopt: not shown
  std::string text;               // as it is shown
  bool is_doubtful = false;       // markup of a kind that is not known: a prompt only if the other log has it too
};

/// `is_event`: it comes from the log of what happened, which has what people and timers sent, and nothing else.
[[nodiscard]] CodexText classify_codex_text(std::string_view text, bool is_event);

}  // namespace panko
