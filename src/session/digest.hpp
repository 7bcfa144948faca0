// The digest: what a list and a preview show of a session, from one pass over its whole file. It is small, it is kept
// in the index, and it can be gone on with where the file has grown. Whatever a file says, each of its strings and
// lists has a bound. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session/outline.hpp"

namespace panko {

struct ToolCount {
  std::string name;  // the agent's own name for the tool
  std::uint32_t calls = 0;
  bool operator==(const ToolCount&) const = default;
};

struct Digest {
  /// What is kept of a prompt or an answer at most: enough for a preview.
  static constexpr std::size_t kTextBytes = 600;

  SessionFacts facts;            // as the outline has them
  std::uint32_t messages = 0;    // prompts and answers
  std::vector<ToolCount> tools;  // most used first, then by name; of the session's own file, without its sub-agents
  std::string first_prompt;      // white space squeezed, at most kTextBytes, whole characters
  std::string last_answer;       // the same
};

/// How far a digest has read, and what its agent needs to go on from there. A default one begins at the front.
struct DigestProgress {
  std::uint64_t read_to = 0;  // behind the last complete line
  std::string state;          // the agent's own; opaque, valid only for the same agent and format version
};

}  // namespace panko
