#include "cli/lookups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "catalog/resolve.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

Places places() {
  return value_or_throw(find_places());
}

DaemonClient daemon_at_work() {
  DaemonClient daemon = DaemonClient::connect_or_start(places());
  show_warnings(daemon.status());
  return daemon;
}

void show_warnings(const protocol::StatusInfo& status) {
  for (const std::string& warning : status.warnings) note("Warning: " + shown(warning));
  if (status.restart_due)
    note(
        "panko was replaced since its daemon started; this lets the new one take over, and ends no share: "
        "panko serve --restart");
}

RedactionSettings redaction_of(const std::filesystem::path& session, bool personal_shown) {
  const auto info = daemon_at_work().redaction({.session_path = session.native(), .personal_shown = personal_shown});
  RedactionSettings settings{.secrets = true,
                             .personal = info.personal,
                             .words = info.words,
                             .users = info.users,
                             .hosts = info.hosts,
                             .salt = {bytes_of_hex(info.salt).value_or("")},
                             .allowed = {}};
  for (const std::string& digits : info.allowed) {
    const auto bytes = bytes_of_hex(digits);
    Sha256 hash{};
    if (!bytes || bytes->size() != hash.size()) continue;
    std::ranges::copy(*bytes, hash.begin());
    settings.allowed.push_back(hash);
  }
  return settings;
}

std::filesystem::path find_session(std::string_view word) {
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  const ResolvedSession session = value_or_throw(resolve_session(word, here));
  if (session.note) note(shown(*session.note));
  return session.path;
}

const protocol::ShareInfo& find_share(const std::vector<protocol::ShareInfo>& shares, std::string_view word) {
  const std::string name = shown(truncate_utf8(word, 100));
  for (const bool stopped : {false, true}) {
    std::vector<const protocol::ShareInfo*> found;
    for (const protocol::ShareInfo& share : shares) {
      if (share.id == word) return share;
      if (!word.empty() && (share.status == "stopped") == stopped && share.id.starts_with(word))
        found.push_back(&share);
    }
    if (found.size() == 1) return *found[0];
    if (found.empty()) continue;
    std::string names;
    for (const auto* share : found)
      names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", share->id, elide(shown(share->session_name), 40));
    throw Failure(fmt::format("\"{}\" is the beginning of {} shares: {}.", name, found.size(), names));
  }
  throw Failure(fmt::format("There is no share \"{}\"; `panko shares --all` shows them.", name));
}

}  // namespace panko::cli
