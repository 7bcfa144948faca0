// What several commands look up first: the daemon, the session and the share that the user means. Throws Failure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "client/daemon_client.hpp"
#include "config/places.hpp"
#include "edition/audience.hpp"
#include "protocol/messages.hpp"

namespace panko::cli {

[[nodiscard]] Places places();

/// A daemon, started when none runs. What it has to warn of is said on standard error.
[[nodiscard]] DaemonClient daemon_at_work();
void show_warnings(const protocol::StatusInfo& status);

/// What is masked of a session for everybody but this user, as in a share. The daemon knows that.
[[nodiscard]] RedactionSettings redaction_of(const std::filesystem::path& session, bool personal_shown);

/// The file of a SESSION; for "latest", standard error says which one it is.
[[nodiscard]] std::filesystem::path find_session(std::string_view word);

/// The share whose id begins with `word`; one that is not stopped goes before stopped ones.
[[nodiscard]] const protocol::ShareInfo& find_share(const std::vector<protocol::ShareInfo>& shares,
                                                    std::string_view word);

}  // namespace panko::cli
