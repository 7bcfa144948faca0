#include "tui/masking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "tui/sharing_update.hpp"

namespace panko::tui {

namespace {

/// In what is shown of the scan: the findings of this value, and how many values there are.
void set_allowed(ProviderChoice& choice, const std::string& hash, bool allow) {
  if (!choice.scan.found) return;
  protocol::ScanInfo& found = *choice.scan.found;
  bool is_counted = false;
  for (protocol::FindingInfo& finding : found.findings) {
    if (finding.hash != hash || finding.allowed == allow) continue;
    finding.allowed = allow;
    if (std::exchange(is_counted, true)) continue;
    std::uint64_t& count = finding.personal ? found.personal : found.secrets;
    if (!allow)
      ++count;
    else if (count > 0)
      --count;
  }
}

bool was_answered(const Sharing& sharing, const ProviderChoice& choice, std::uint64_t number) {
  return sharing.choice && choice.scan.number == number;
}

}  // namespace

Outcome ask_for_scan(Sharing& sharing) {
  if (!sharing.choice || sharing.choice->scan.number != 0) return {};
  // A scan that does not know yet what is fine would say the wrong thing.
  if (sharing.daemon != Sharing::Daemon::up || !sharing.allowing.empty()) return {};
  sharing.choice->scan.number = ++sharing.scans;
  return {.effects = {ScanSession{sharing.choice->session_path, sharing.scans}}};
}

Outcome toggle_allowed(Sharing& sharing, const std::string& hash) {
  if (!sharing.choice || !sharing.choice->scan.found) return {};
  const auto& findings = sharing.choice->scan.found->findings;
  const auto finding = std::ranges::find(findings, hash, &protocol::FindingInfo::hash);
  if (finding == findings.end() || hash.empty()) return {};
  if (sharing.daemon != Sharing::Daemon::up)
    return {.said = Said{true, "Nothing can be remembered while the daemon is away."}};
  const AllowValue allow{hash, !finding->allowed};
  set_allowed(*sharing.choice, hash, allow.allow);
  sharing.allowing.push_back(allow);
  return sharing.allowing.size() == 1 ? Outcome{.effects = {allow}} : Outcome{};
}

Outcome start(Sharing& sharing, StartShare start) {
  if (sharing.allowing.empty()) return {.effects = {std::move(start)}};
  sharing.held.push_back(std::move(start));
  return {};
}

Outcome apply(Sharing& sharing, SessionScanned event, WallTime /*now*/) {
  if (!sharing.choice || !was_answered(sharing, *sharing.choice, event.number)) return {};
  sharing.choice->scan.found = std::move(event.found);
  sharing.choice->scan.failure.clear();
  return {};
}

Outcome apply(Sharing& sharing, ScanFailed event, WallTime /*now*/) {
  if (!sharing.choice || !was_answered(sharing, *sharing.choice, event.number)) return {};
  sharing.choice->scan.failure =
      event.reason.empty() ? "The daemon could not look for secrets." : std::move(event.reason);
  return {};
}

Outcome apply(Sharing& sharing, const ValueAllowed& /*event*/, WallTime /*now*/) {
  if (!sharing.allowing.empty()) sharing.allowing.pop_front();
  if (!sharing.allowing.empty()) return {.effects = {sharing.allowing.front()}};
  Outcome outcome = ask_for_scan(sharing);
  std::ranges::move(std::exchange(sharing.held, {}), std::back_inserter(outcome.effects));
  return outcome;
}

Outcome apply(Sharing& sharing, const ValueNotAllowed& event, WallTime now) {
  if (sharing.allowing.empty()) return {};
  const AllowValue refused = sharing.allowing.front();
  const bool is_asked_again = std::ranges::count(sharing.allowing, refused.hash, &AllowValue::hash) > 1;
  if (sharing.choice && !is_asked_again) set_allowed(*sharing.choice, refused.hash, !refused.allow);
  // What was to be shared would not show what was chosen.
  for (StartShare& start : std::exchange(sharing.held, {}))
    (void)apply(sharing, ShareFailed{start.session_path, start.provider, event.reason, start.live}, now);
  Outcome outcome = apply(sharing, ValueAllowed{}, now);
  outcome.said = Said{true, event.reason};
  return outcome;
}

}  // namespace panko::tui
