#include "agents/claude_queue.hpp"

#include <algorithm>

#include "agents/claude_prompt.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

/// "/name" and what is behind it: it comes as a command when it is run.
bool is_slash_command(std::string_view text) {
  if (!text.starts_with('/')) return false;
  const std::string_view name = text.substr(1, text.find_first_of(" \t\r\n") - 1);
  return !name.empty() && !name.contains('/');
}

}  // namespace

std::optional<std::string> claude_queued_prompt(const ClaudePart& part) {
  if (part.type != ClaudePart::Type::text) return std::nullopt;
  auto text = classify_claude_text(unescape_json(part.text), false);
  if (text.kind != BlockKind::user || is_slash_command(text.text)) return std::nullopt;
  return std::move(text.text);
}

bool ClaudeQueue::is_new(const ClaudeRecord& record, std::uint64_t text, TextHash hash) {
  if (record.timestamp.empty()) return true;
  const std::uint64_t own = hash(record.timestamp) * 31 + text;
  if (own == last_) return false;
  last_ = own;
  return true;
}

void ClaudeQueue::enqueue(std::uint64_t text, std::uint32_t entry) {
  constexpr std::size_t kMost = 64;  // all are looked at for each prompt
  if (prompts_.size() == kMost) prompts_.erase(prompts_.begin());
  prompts_.push_back({.text = text, .entry = entry});
}

void ClaudeQueue::remove() {
  const auto first = std::ranges::find(prompts_, true, &Prompt::waits);
  if (first != prompts_.end()) first->waits = false;
}

std::vector<std::uint32_t> ClaudeQueue::take_back() {
  std::vector<std::uint32_t> entries;
  std::erase_if(prompts_, [&](const Prompt& prompt) {
    if (prompt.waits) entries.push_back(prompt.entry);
    return prompt.waits;
  });
  return entries;
}

std::optional<std::uint32_t> ClaudeQueue::said(std::uint64_t text) {
  const auto prompt = std::ranges::find(prompts_, text, &Prompt::text);
  if (prompt == prompts_.end()) return std::nullopt;
  const std::uint32_t entry = prompt->entry;
  prompts_.erase(prompt);
  return entry;
}

}  // namespace panko
