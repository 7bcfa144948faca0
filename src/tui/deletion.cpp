#include "tui/deletion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "base/result.hpp"
#include "client/daemon_client.hpp"
#include "desktop/trash.hpp"

namespace panko::tui {

namespace fs = std::filesystem;

namespace {

/// The daemon knows a session by its path without links.
fs::path without_links(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::canonical(path, error);
  return error ? path : found;
}

std::vector<protocol::ShareInfo> all_shares(const Places& places) {
  try {
    return DaemonClient::connect_or_start(places).list_shares();
  } catch (const Failure& failure) {
    throw Failure(fmt::format("Nothing was deleted, because only the daemon knows what is shared: {}", failure.what()));
  }
}

}  // namespace

std::vector<fs::path> files_of_session(const fs::path& session) {
  std::vector<fs::path> files{session};
  const std::string name = session.filename().native();
  const auto suffixes = name.find('.', 1);
  if (suffixes == std::string::npos) return files;
  const fs::path folder = session.parent_path() / name.substr(0, suffixes);
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(folder, error))) files.push_back(folder);
  return files;
}

void delete_session(const Places& places, const fs::path& session) {
  const fs::path real = without_links(session);
  const auto shares = all_shares(places);
  const auto is_shared = [&](const protocol::ShareInfo& share) {
    return share.status != "stopped" && (share.session_path == real.native() || share.session_path == session.native());
  };
  if (std::ranges::any_of(shares, is_shared))
    throw Failure("This session is shared, so it was not deleted; stop sharing it first: S, then d.");
  value_or_throw(move_to_trash(files_of_session(session)));
}

}  // namespace panko::tui
