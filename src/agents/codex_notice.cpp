#include "agents/codex_notice.hpp"

#include <fmt/format.h>

#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

std::string string_of(const JsonValue& value) {
  return std::string(trim(unescape_json(value.body())));
}

std::string error_text(const JsonValue& payload) {
  const JsonValue error = payload["error"];
  std::string message = string_of(error.is_string() ? error : error["message"]);
  if (message.empty()) message = string_of(payload["message"]);
  return message.empty() ? "Error" : "Error: " + message;
}

/// The findings as Codex itself writes them into the answer that follows.
std::string review_text(const JsonValue& review) {
  std::string text = string_of(review["overall_explanation"]);
  std::size_t count = 0;
  std::string findings;
  review["findings"].for_each_element([&](const JsonValue& finding) {
    ++count;
    const JsonValue place = finding["code_location"];
    findings += fmt::format("\n\n- {} — {}:{}-{}", string_of(finding["title"]), string_of(place["absolute_file_path"]),
                            place["line_range"]["start"].raw(), place["line_range"]["end"].raw());
    const std::string body = string_of(finding["body"]);
    for (std::string_view rest = body; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      findings += "\n  ";
      findings += rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  });
  if (count == 0) return text;
  if (!text.empty()) text += "\n\n";
  return text + (count > 1 ? "Full review comments:" : "Review comment:") + findings;
}

/// "/root → /root/tests: ..."
std::string mail_text(const CodexRecord& record) {
  std::string text;
  for_each_codex_part(record, [&](const CodexPart& part, std::uint16_t) {
    if (part.type != CodexPart::Type::text) return;
    if (const std::string said = unescape_json(part.body); !trim(said).empty()) append_line(text, trim(said));
  });
  if (text.empty()) return {};
  const JsonValue& payload = record.payload;
  return fmt::format("{} → {}: {}", string_of(payload["author"]), string_of(payload["recipient"]), text);
}

std::string with_detail(std::string_view what, const JsonValue& detail) {
  const std::string text = string_of(detail);
  return text.empty() ? fmt::format("{}.", what) : fmt::format("{}: {}", what, text);
}

}  // namespace

std::string codex_notice(const CodexRecord& record) {
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::error:
    case CodexType::task_complete: return error_text(payload);
    case CodexType::turn_aborted: return with_detail("Turn aborted", payload["reason"]);
    case CodexType::review_entered: return with_detail("Review started", payload["user_facing_hint"]);
    case CodexType::review_exited: return review_text(payload["review_output"]);
    case CodexType::undone: return with_detail("Changes undone", payload["message"]);
    case CodexType::rolled_back: return "The prompts before this were taken back.";
    case CodexType::mail: return mail_text(record);
    default: return {};
  }
}

}  // namespace panko
