// The digest of one Claude Code session file, record by record. Its facts and its rules are the outline's: messages are
// the outline's blocks of kind user and assistant, and tools its calls, on the main line and on abandoned branches, but
// not those of sub-agents.
// Not for use by several threads at once.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agents/claude_facts.hpp"
#include "agents/claude_queue.hpp"
#include "agents/json_lines.hpp"
#include "session/digest.hpp"

namespace panko {

class ClaudeDigester {
 public:
  ClaudeDigester();

  /// Every record from an offset on.
  [[nodiscard]] Result<void> add_all(const Source& source, std::uint64_t from);
  [[nodiscard]] Digest sum_up(const std::filesystem::path& path) const;

  [[nodiscard]] std::string save();
  /// False: not understood, and this digester is of no use any more.
  [[nodiscard]] bool restore(std::string_view state);

 private:
  struct Talk {
    std::uint32_t messages = 0;
    std::vector<ToolCount> tools;
    std::string last_answer;  // the beginning of it, still escaped
    template <class Archive>
    void keep(Archive& archive) {
      archive(messages, tools, last_answer);
    }
  };

  void add(const ClaudeRecord& record);
  void add_said(const ClaudeRecord& record, Talk& talk);
  void add_queue_operation(const ClaudeRecord& record);
  void add_answer(const ClaudeRecord& record, Talk& talk);
  template <class Archive>
  void keep(Archive& archive) {
    archive(facts_, seen_, talks_[0], talks_[1], queue_, unreadable_);
  }

  TextHash hash_;
  ClaudeFacts facts_;
  boost::unordered_flat_set<std::uint64_t> seen_;  // ids of records and of calls, parts of responses
  std::array<Talk, 2> talks_;                      // the main line; sub-agents
  ClaudeQueue queue_;
  std::uint64_t unreadable_ = 0;
};

}  // namespace panko
