// What the records of a Claude Code session say of it as a whole: collected record by record, by the outline and by the
// digest alike. Whoever adds takes care that a record is added once.
// Not for use by several threads at once.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agents/claude_prompt.hpp"
#include "agents/claude_record.hpp"
#include "agents/text_hash.hpp"
#include "session/outline.hpp"

namespace panko {

class ClaudeFacts {
 public:
  explicit ClaudeFacts(TextHash hash = {}) : hash_(hash) {}

  void add(const ClaudeRecord& record, std::optional<std::int64_t> time_ms);
  /// A text of a user's record or of an attachment, as it is shown.
  void add_said(const ClaudeText& text, bool is_sidechain);

  /// Without id and count of unreadable lines, and perhaps without a title. `has_record`: whether the file holds the
  /// record whose id has this hash.
  [[nodiscard]] SessionFacts sum_up(const std::function<bool(std::uint64_t)>& has_record) const;

  /// The first few session ids that the records name.
  [[nodiscard]] const std::vector<std::string>& session_ids() const { return session_ids_; }
  [[nodiscard]] const std::vector<std::string>& models() const { return facts_.models; }
  /// Without one the file is a sub-agent's own: its line is the main line.
  [[nodiscard]] bool any_main_turn() const { return any_main_turn_; }
  /// White space squeezed, at most Digest::kTextBytes.
  [[nodiscard]] const std::string& first_prompt() const;

  /// All that it holds, for DigestProgress::state: `archive` writes each or fills it.
  template <class Archive>
  void keep(Archive& archive);

 private:
  struct SummaryTitle {
    std::uint64_t leaf = 0;
    std::string title;
    template <class Archive>
    void keep(Archive& archive) {
      archive(leaf, title);
    }
  };

  void add_title(const ClaudeRecord& record);
  void add_usage(const ClaudeRecord& record);
  [[nodiscard]] std::string title(const std::function<bool(std::uint64_t)>& has_record) const;

  TextHash hash_;
  SessionFacts facts_;  // cwd, branch and models
  std::int64_t first_ms_ = INT64_MAX;
  std::int64_t last_ms_ = INT64_MIN;
  bool any_main_turn_ = false;
  std::vector<std::string> session_ids_;
  std::string session_id_;  // the last one, as recorded
  std::string git_branch_;  // as recorded
  std::string last_model_;
  std::string custom_title_;
  std::string agent_name_;
  std::string ai_title_;
  std::string first_prompt_;
  std::string sidechain_prompt_;  // the first one of a sub-agent
  std::string last_prompt_;
  std::string slug_;
  std::vector<SummaryTitle> summaries_;
  boost::unordered_flat_map<std::uint64_t, Usage> usage_by_response_;
  Usage usage_without_id_;
};

/// Id and title where the records did not say: the file's own name is its id when the records know it too.
void complete_claude_facts(SessionFacts& facts, const std::vector<std::string>& session_ids,
                           const std::filesystem::path& path);

template <class Archive>
void ClaudeFacts::keep(Archive& archive) {
  archive(facts_.cwd, facts_.git_branch, facts_.models, first_ms_, last_ms_, any_main_turn_, session_ids_, session_id_,
          git_branch_, last_model_, custom_title_, agent_name_, ai_title_, first_prompt_, sidechain_prompt_,
          last_prompt_, slug_, summaries_, usage_by_response_, usage_without_id_);
}

}  // namespace panko
