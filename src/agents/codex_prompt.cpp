#include "agents/codex_prompt.hpp"

#include <algorithm>
#include <array>

#include "agents/session_text.hpp"

namespace panko {

namespace {

/// What the whole text is wrapped in: "<tag ...>body</tag>".
struct Envelope {
  std::string_view tag;
  std::string_view body;
};

bool is_tag_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::optional<Envelope> envelope_of(std::string_view text) {
  constexpr std::size_t kLongestHead = 200;
  if (!text.starts_with('<')) return std::nullopt;
  const auto close = text.substr(0, kLongestHead).find('>');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view head = text.substr(1, close - 1);
  const std::string_view tag = head.substr(0, head.find(' '));
  if (tag.empty() || !std::ranges::all_of(tag, is_tag_character)) return std::nullopt;
  // "<permissions instructions>" ends with both words, "<image name=...>" with the first.
  for (const std::string_view name : {head, tag}) {
    const std::string end = "</" + std::string(name) + ">";
    if (text.size() >= close + 1 + end.size() && text.ends_with(end))
      return Envelope{tag, text.substr(close + 1, text.size() - close - 1 - end.size())};
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 18> kHidden{"environment_context",
                                                   "user_instructions",
                                                   "permissions",
                                                   "recommended_plugins",
                                                   "skill",
                                                   "app-context",
                                                   "apps_instructions",
                                                   "skills_instructions",
                                                   "plugins_instructions",
                                                   "collaboration_mode",
                                                   "multi_agent_mode",
                                                   "personality_spec",
                                                   "model_switch",
                                                   "realtime_conversation",
                                                   "INSTRUCTIONS",
                                                   "user_action",
                                                   "turn_aborted",
                                                   "image"};

/// What stands between two marks; empty when one of them is missing.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const auto begin = text.find(open);
  const auto end = begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
  if (end == std::string_view::npos) return {};
  return trim(text.substr(begin + open.size(), end - begin - open.size()));
}

/// A command that the user ran: "<command>ls</command><result>Exit code: 0 ...</result>".
std::string shell_command(std::string_view body) {
  std::string text = "! " + std::string(between(body, "<command>", "</command>"));
  if (const auto result = between(body, "<result>", "</result>"); !result.empty()) append_line(text, result);
  return text;
}

/// Editors put what they know in front of what the user typed.
std::string_view without_context(std::string_view text) {
  constexpr std::string_view kRequest = "\n## My request for Codex:";
  if (!text.starts_with("# ")) return text;
  const auto request = text.find(kRequest);
  return request == std::string_view::npos ? text : trim(text.substr(request + kRequest.size()));
}

bool is_image_wrapper(std::string_view text) {
  return text == "</image>" || (text.starts_with("<image") && text.ends_with('>') && text.size() < 200);
}

}  // namespace

CodexText classify_codex_text(std::string_view text, bool is_event) {
  const std::string_view body = trim(text);
  if (body.empty()) return {};
  if (const auto request = without_context(body); request.size() != body.size())
    return request.empty() ? CodexText{} : CodexText{BlockKind::user, std::string(request)};
  const auto envelope = envelope_of(body);
  if (envelope && (envelope->tag == "heartbeat" || envelope->tag == "task"))
    return {BlockKind::notice, std::string(body)};
  if (is_event) return {BlockKind::user, std::string(body)};

  if (is_image_wrapper(body)) return {};
  if (body.starts_with("# AGENTS.md instructions") && body.contains("<INSTRUCTIONS>")) return {};
  if (body.starts_with("Another language model started to solve this problem"))
    return {BlockKind::compaction, std::string(body)};
  if (!envelope) return {BlockKind::user, std::string(body)};
  if (std::ranges::find(kHidden, envelope->tag) != kHidden.end()) return {};
  if (envelope->tag == "user_shell_command") return {BlockKind::command, shell_command(envelope->body)};
  return {BlockKind::notice, std::string(body), true};
}

}  // namespace panko
