// Prompts that were typed while the agent worked. Most come again as a user's record when their turn has come, and are
// shown there; some versions of Claude Code hand them to the model in between and say it nowhere else.
// Not for use by several threads at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/claude_record.hpp"
#include "agents/text_hash.hpp"

namespace panko {

/// The prompt that a part of an "enqueue" record holds, as it is shown; nullopt: it is a command, or no person's words.
[[nodiscard]] std::optional<std::string> claude_queued_prompt(const ClaudePart& part);

class ClaudeQueue {
 public:
  /// False: the same record once more. `text`: hash of the prompt.
  [[nodiscard]] bool is_new(const ClaudeRecord& record, std::uint64_t text, TextHash hash);
  /// `entry`: what shows it.
  void enqueue(std::uint64_t text, std::uint32_t entry);
  /// The one that waits longest was handed over.
  void remove();
  /// Those that still wait went back to where they were typed: what showed them.
  [[nodiscard]] std::vector<std::uint32_t> take_back();
  /// Such a prompt is said now: what showed it until now, if anything did.
  [[nodiscard]] std::optional<std::uint32_t> said(std::uint64_t text);
  [[nodiscard]] bool empty() const { return prompts_.empty(); }

  /// All that it holds, for DigestProgress::state: `archive` writes each or fills it.
  template <class Archive>
  void keep(Archive& archive) {
    archive(prompts_, last_);
  }

 private:
  struct Prompt {
    std::uint64_t text = 0;
    std::uint32_t entry = 0;
    bool waits = true;
    template <class Archive>
    void keep(Archive& archive) {
      archive(text, entry, waits);
    }
  };
  std::vector<Prompt> prompts_;  // the latest, oldest first
  std::uint64_t last_ = 0;       // of the record that was added last: time and text
};

}  // namespace panko
