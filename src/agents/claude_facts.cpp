#include "agents/claude_facts.hpp"

#include <algorithm>

#include "agents/claude_text.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "session/digest.hpp"

namespace panko {

void ClaudeFacts::add(const ClaudeRecord& record, std::optional<std::int64_t> time_ms) {
  using enum ClaudeRecordType;
  if (time_ms) {
    first_ms_ = std::min(first_ms_, *time_ms);
    last_ms_ = std::max(last_ms_, *time_ms);
  }
  if (const auto id = short_name(record.session_id); !id.empty() && id != session_id_) {
    constexpr std::size_t kMost = 16;
    session_id_ = id;
    if (session_ids_.size() < kMost) session_ids_.push_back(unescape_json(id));
  }
  if (facts_.cwd.empty()) facts_.cwd = unescape_json(short_path(record.cwd));
  if (const auto branch = short_name(record.git_branch); !branch.empty() && branch != git_branch_) {
    git_branch_ = branch;
    facts_.git_branch = unescape_json(branch);
  }
  if (slug_.empty() && !record.slug.empty()) slug_ = title_line(unescape_json(record.slug));
  if (!record.title.empty()) add_title(record);
  if (record.type == user || record.type == assistant) any_main_turn_ = any_main_turn_ || !record.is_sidechain;
  if (record.type == assistant) add_usage(record);
}

/// A file has one for each session that went on in it; the last ones count.
constexpr std::size_t kMostSummaries = 1000;

void ClaudeFacts::add_title(const ClaudeRecord& record) {
  const auto take = [&](std::string& into) {
    if (auto title = title_line(unescape_json(record.title)); !title.empty()) into = std::move(title);
  };
  switch (record.type) {
    case ClaudeRecordType::custom_title: take(custom_title_); break;
    case ClaudeRecordType::agent_name: take(agent_name_); break;
    case ClaudeRecordType::ai_title: take(ai_title_); break;
    case ClaudeRecordType::last_prompt: take(last_prompt_); break;
    case ClaudeRecordType::summary:
      if (summaries_.size() == kMostSummaries)
        summaries_.erase(summaries_.begin(), summaries_.begin() + kMostSummaries / 2);
      summaries_.push_back({hash_(record.leaf), {}});
      take(summaries_.back().title);
      break;
    default: break;
  }
}

void ClaudeFacts::add_usage(const ClaudeRecord& record) {
  if (const auto name = short_name(record.model); !name.empty() && name != "<synthetic>" && name != last_model_) {
    last_model_ = name;
    const std::string model = unescape_json(name);
    if (std::ranges::find(facts_.models, model) == facts_.models.end() && facts_.models.size() < 100)
      facts_.models.push_back(model);
  }
  if (!record.has_usage) return;
  if (const auto response = record.response(); !response.empty()) {
    usage_by_response_[hash_(response)] = record.usage;  // the last line has the whole count
  } else {
    usage_without_id_ += record.usage;
  }
}

void ClaudeFacts::add_said(const ClaudeText& text, bool is_sidechain) {
  std::string& prompt = is_sidechain ? sidechain_prompt_ : first_prompt_;
  const bool is_prompt =
      text.kind == BlockKind::user || (text.kind == BlockKind::command && text.text.starts_with('/'));
  if (is_prompt && prompt.empty()) prompt = preview_line(text.text);
}

const std::string& ClaudeFacts::first_prompt() const {
  return first_prompt_.empty() && !any_main_turn_ ? sidechain_prompt_ : first_prompt_;
}

std::string ClaudeFacts::title(const std::function<bool(std::uint64_t)>& has_record) const {
  for (const std::string* title : {&custom_title_, &agent_name_, &ai_title_})
    if (!title->empty()) return *title;
  // In most files the summary is of another session, whose records are not here.
  for (auto summary = summaries_.rbegin(); summary != summaries_.rend(); ++summary)
    if (!summary->title.empty() && has_record(summary->leaf)) return summary->title;
  if (!first_prompt().empty()) return title_line(first_prompt());
  return last_prompt_.empty() ? slug_ : last_prompt_;
}

SessionFacts ClaudeFacts::sum_up(const std::function<bool(std::uint64_t)>& has_record) const {
  SessionFacts facts = facts_;
  facts.title = title(has_record);
  facts.usage = usage_without_id_;
  for (const auto& [response, usage] : usage_by_response_) facts.usage += usage;
  if (first_ms_ <= last_ms_) {
    facts.started_at = WallTime(std::chrono::milliseconds(first_ms_));
    facts.ended_at = WallTime(std::chrono::milliseconds(last_ms_));
  }
  return facts;
}

void complete_claude_facts(SessionFacts& facts, const std::vector<std::string>& session_ids,
                           const std::filesystem::path& path) {
  const std::string stem = to_valid_utf8(path.stem().native());
  const bool is_known = std::ranges::find(session_ids, stem) != session_ids.end();
  facts.id = is_known || session_ids.empty() ? stem : session_ids.front();
  if (facts.title.empty()) facts.title = stem;
}

}  // namespace panko
