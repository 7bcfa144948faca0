// What a conversation consists of, the same for every agent: the block as somebody looks at it, its text loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "session/tool.hpp"

namespace panko {

enum class BlockKind : std::uint8_t {
  user,        // a real prompt, or what the user queued while the agent worked
  assistant,   // text of the agent
  thinking,    // its reasoning, where the text is kept
  tool,        // a call and, when there is one, its result
  subagent,    // a call that spawned a sub-agent whose own blocks are known
  command,     // a slash command, a shell command of the user, and their output
  compaction,  // the context was compacted here; the text is the summary
  notice,      // interrupts, API errors, reminders: said by the program, not by a person or the model
  image,       // an image of the user
};

/// "user", "assistant", ...: as in docs/json.md and in the page's class names.
[[nodiscard]] std::string_view name_of(BlockKind kind);

struct ImageInfo {
  std::string media_type;   // as recorded; not to be trusted before the magic bytes are checked
  std::uint64_t bytes = 0;  // decoded size, estimated
};

struct ToolUse {
  std::string id;
  std::string name;    // the agent's own name for the tool
  std::string input;   // JSON text as recorded (an object, but for damaged records), or empty
  std::string result;  // text of the result; images of it are in Block::images
  ToolAction action;   // what it was for, in common terms
  bool has_result = false;
  bool is_error = false;
};

struct Block {
  BlockKind kind = BlockKind::notice;
  std::string anchor;  // names the place in links; stable while the session grows
  std::optional<WallTime> timestamp;
  std::string text;               // valid UTF-8; empty for tools
  std::optional<ToolUse> tool;    // tool and subagent only
  std::vector<ImageInfo> images;  // image: one; tool: those of the result
  bool is_error = false;          // a notice that reports a failure
};

}  // namespace panko
