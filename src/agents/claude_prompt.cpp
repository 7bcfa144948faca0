#include "agents/claude_prompt.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace panko {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

struct Element {
  std::string_view tag;
  std::string_view body;
};

constexpr std::array<std::string_view, 18> kTags{
    "command-name",         "command-message",         "command-args",     "command-contents", "local-command-stdout",
    "local-command-stderr", "local-command-caveat",    "bash-input",       "bash-stdout",      "bash-stderr",
    "system-reminder",      "task-notification",       "ide_opened_file",  "ide_selection",    "ide_diagnostics",
    "new-diagnostics",      "user-prompt-submit-hook", "user-memory-input"};

/// Takes `<tag>body</tag>` of a known tag off the front.
std::optional<Element> take_element(std::string_view& text) {
  if (!text.starts_with('<')) return std::nullopt;
  const auto close = text.substr(0, 64).find('>');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view tag = text.substr(1, close - 1);
  if (std::ranges::find(kTags, tag) == kTags.end()) return std::nullopt;
  const std::string end = "</" + std::string(tag) + ">";
  const auto found = text.find(end, close + 1);
  if (found == std::string_view::npos) return std::nullopt;
  const Element element{tag, text.substr(close + 1, found - close - 1)};
  text.remove_prefix(found + end.size());
  return element;
}

/// The elements that the whole text consists of; empty when there is anything else in it.
std::vector<Element> elements_of(std::string_view text) {
  constexpr std::size_t kMost = 64;  // an envelope has three
  std::vector<Element> elements;
  while (!(text = trim(text)).empty()) {
    const auto element = take_element(text);
    if (!element || elements.size() == kMost) return {};
    elements.push_back(*element);
  }
  return elements;
}

std::string without_reminders(std::string_view text) {
  constexpr std::string_view kOpen = "<system-reminder>";
  constexpr std::string_view kClose = "</system-reminder>";
  std::string kept;
  for (;;) {
    const auto open = text.find(kOpen);
    const auto close = open == std::string_view::npos ? open : text.find(kClose, open);
    if (close == std::string_view::npos) break;
    kept += text.substr(0, open);
    text.remove_prefix(close + kClose.size());
  }
  kept += text;
  return std::string(trim(kept));
}

/// Colours and the like (CSI sequences) of a command's output.
std::string without_escapes(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\x1b' || at + 1 >= text.size() || text[at + 1] != '[') {
      kept += text[at];
      continue;
    }
    at += 2;
    while (at < text.size() && text[at] >= 0x20 && text[at] < 0x40) ++at;
  }
  return kept;
}

void append_line(std::string& text, std::string_view line) {
  line = trim(line);
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

/// What an envelope shows. Command, shell input and output go together under one kind; the rest is a notice.
ClaudeText classify_elements(const std::vector<Element>& elements, bool meta) {
  std::string command;
  std::string arguments;
  std::string output;
  std::string notice;
  for (const auto& [tag, body] : elements) {
    if (tag == "command-name") {
      const std::string_view name = trim(body);
      command = name.starts_with('/') ? std::string(name) : "/" + std::string(name);
    } else if (tag == "command-args") {
      arguments = trim(body);
    } else if (tag == "bash-input") {
      command = "! " + std::string(trim(body));
    } else if (tag == "user-memory-input") {
      command = "# " + std::string(trim(body));
    } else if (tag.ends_with("-stdout") || tag.ends_with("-stderr")) {
      append_line(output, without_escapes(body));
    } else if (tag == "command-message" || tag == "command-contents" || tag == "local-command-caveat") {
      // said by the command's name, or by nobody
    } else {
      append_line(notice, body);
    }
  }
  if (!command.empty() && !arguments.empty()) command += " " + arguments;
  append_line(command, output);
  if (!command.empty()) return {BlockKind::command, std::move(command)};
  if (!notice.empty() && !meta) return {BlockKind::notice, std::move(notice)};
  return {};
}

}  // namespace

ClaudeText classify_claude_text(std::string_view text, bool meta) {
  const std::string_view body = trim(text);
  if (body.empty()) return {};
  if (body.front() == '<')
    if (const auto elements = elements_of(body); !elements.empty()) return classify_elements(elements, meta);
  if (body.starts_with("[Request interrupted by user") && body.ends_with(']') && body.size() < 100)
    return {BlockKind::notice, std::string(body)};
  if (body.starts_with("Caveat: The messages below were generated by the user while running local commands")) return {};
  if (body.starts_with("This session is being continued from a previous conversation"))
    return {BlockKind::compaction, std::string(body)};
  // The program says behind it where the output lies.
  if (body.starts_with("<task-notification>") && body.contains("</task-notification>"))
    return {BlockKind::notice, std::string(body)};
  std::string kept = without_reminders(body);
  if (kept.empty()) return {};
  if (!meta) return {BlockKind::user, std::move(kept)};
  if (kept.front() == '<' && kept.back() == '>') return {};
  return {BlockKind::notice, std::move(kept)};
}

}  // namespace panko
