// A session as context for another agent: Markdown to paste, with prompts and answers in full, one line a tool call and
// one a sub-agent, without thinking and tool output. Bounded: where it is too long, the oldest middle goes first, with
// a mark that says so. Nothing in it can drive a terminal that it is pasted into. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

struct SessionContext {
  std::string markdown;
  std::uint64_t tokens = 0;  // an estimate: four bytes are one
  std::size_t left_out = 0;  // prompts, answers and calls that had no room
};

[[nodiscard]] std::uint64_t estimate_tokens(std::string_view text);

/// `limit`: about how many bytes it may have. Reads only the blocks that it shows.
[[nodiscard]] Result<SessionContext> session_context(const std::filesystem::path& session, std::size_t limit = 200'000);

}  // namespace panko
