#include "cli/review.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/numbers.hpp"
#include "cli/audience_options.hpp"
#include "cli/finding_words.hpp"
#include "cli/terminal.hpp"
#include "protocol/findings.hpp"

namespace panko::cli {

namespace {

using protocol::FindingInfo;
using protocol::ScanInfo;

/// The lower-case letter of an answer, 0 for Enter alone; nullopt: aborted, or "q".
std::optional<char> choice(const std::string& question, std::string_view letters) {
  for (;;) {
    const auto answer = ask(question);
    if (!answer || *answer == "q" || *answer == "Q") return std::nullopt;
    if (answer->empty()) return '\0';
    const char letter = static_cast<char>((*answer)[0] | 0x20);
    if (answer->size() == 1 && letters.contains(letter)) return letter;
    note(fmt::format("That is none of Enter, {} and q.", fmt::join(letters, ", ")));
  }
}

void show(const ScanInfo& scan, const FindingInfo& value) {
  const auto places = std::ranges::count(scan.findings, value.hash, &FindingInfo::hash);
  note(fmt::format("\n{}   {}", name_of(value), shown(value.sample)));
  note(fmt::format("  {}, {}{}", value.turn == 0 ? "before the first prompt" : fmt::format("prompt {}", value.turn),
                   place_of(value), places == 1 ? "" : fmt::format("; {} places in all", places)));
  if (!value.context.empty()) note("  " + shown(value.context));
}

/// One after the other. false: nothing is to be shared.
bool decide_each(const ScanInfo& scan, const std::vector<const FindingInfo*>& values,
                 std::vector<std::string>& allowed) {
  for (const FindingInfo* value : values) {
    show(scan, *value);
    const auto answer =
        choice("Enter: it is masked · f: this is fine · a: all others are masked, too · q: stop: ", "fa");
    if (!answer) return false;
    if (*answer == 'a') return true;
    if (*answer == 'f') allowed.push_back(value->hash);
  }
  return true;
}

bool decide_personal(const ScanInfo& scan, const std::vector<const FindingInfo*>& values, Reviewed& reviewed) {
  note(fmt::format("\nPersonal data: {}.", kinds_line(scan, true)));
  const auto answer = choice("Enter: all of it is masked · o: one by one · s: none of it is masked · q: stop: ", "os");
  if (!answer) return false;
  if (*answer == 's') reviewed.personal_shown = true;
  return *answer != 'o' || decide_each(scan, values, reviewed.allowed);
}

bool decide_hiding(std::vector<std::string>& hide) {
  const std::string now = hide.empty() ? "none" : fmt::format("{}", fmt::join(hide, ","));
  for (;;) {
    const auto answer = ask(fmt::format(
        "\nHide what tools gave back (tools), thinking, or all but prompts and answers (steps)? [{}] ", now));
    if (!answer || *answer == "q") return false;
    if (answer->empty()) return true;
    if (auto parts = hidden_parts(*answer)) {
      hide = std::move(*parts);
      return true;
    }
    note("That is none of tools, thinking and steps, with commas between, or none.");
  }
}

}  // namespace

std::optional<Reviewed> review(const ScanInfo& scan, bool personal_shown, std::vector<std::string> hide,
                               const std::string& audience) {
  Reviewed reviewed{.allowed = {}, .personal_shown = personal_shown, .hide = std::move(hide)};
  std::vector<const FindingInfo*> secrets;
  std::vector<const FindingInfo*> personal;
  for (const FindingInfo* value : different_values(scan))
    if (!value->allowed) (value->personal ? personal : secrets).push_back(value);
  const std::string masked = protocol::masked_values(scan.secrets, scan.personal);
  note(masked.empty() ? "Nothing was found that would be masked." : fmt::format("Found and masked: {}.", masked));
  if (!secrets.empty() && !decide_each(scan, secrets, reviewed.allowed)) return std::nullopt;
  if (!personal.empty() && !decide_personal(scan, personal, reviewed)) return std::nullopt;
  if (scan.left_out > 0) note(fmt::format("\n{} more places were not listed; they are masked.", scan.left_out));
  if (!decide_hiding(reviewed.hide)) return std::nullopt;
  const auto answer = ask(fmt::format("Share it? Who can read it: {}. [y/N] ", audience));
  if (!answer || (*answer != "y" && *answer != "Y" && *answer != "yes")) return std::nullopt;
  return reviewed;
}

}  // namespace panko::cli
