// What update() wants done in the world. Each runs as a job of its own beside the screen and reports by events;
// a failure is a Said or the event that its comment names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "catalog/order.hpp"
#include "protocol/messages.hpp"

namespace panko::tui {

struct Quit {};
struct Suspend {};           // Ctrl+Z
struct Rescan {};            // LibraryUpdate
struct ReconnectDaemon {};   // DaemonUp or DaemonDown
struct RefreshProviders {};  // ProvidersKnown

struct StartShare {  // ShareStarted or ShareFailed; copies the URL
  std::filesystem::path session_path;
  std::string provider;
  std::optional<std::string> expires;  // "7d", "never"; absent: the daemon's default
  bool live = false;
  bool personal_shown = false;      // personal data is not masked
  std::vector<std::string> hide{};  // "tools", "thinking", "steps"
};
struct ScanSession {  // SessionScanned or ScanFailed
  std::filesystem::path session_path;
  std::uint64_t number = 0;  // comes back with the answer
};
struct AllowValue {  // ValueAllowed or ValueNotAllowed
  std::string hash;
  bool allow = true;
};
struct ChangeShare {  // Said `done`; the daemon's own event brings the change
  protocol::UpdateShare change;
  std::string done;
};
struct StopShare {  // ShareStopped or ShareRequestFailed
  std::string share_id;
};
struct FreezeShare {  // ShareFrozen
  std::string share_id;
};
struct RestoreShare {  // ShareRestored or ShareRequestFailed
  std::string share_id;
};

struct OpenView {  // the session in the browser
  std::filesystem::path session_path;
};
struct OpenUrl {
  std::string url;
};
struct CopyText {  // Said `confirmation`
  std::string text;
  std::string confirmation;
};
struct CopyContext {
  std::filesystem::path session_path;
};
struct Download {
  std::filesystem::path session_path;
  std::string title;
  std::string id;
};
struct OpenFolder {
  std::filesystem::path session_path;
};
struct DeleteSession {  // SessionDeleted
  std::filesystem::path session_path;
};

/// What is remembered from one start to the next.
struct Preferences {
  SortOrder sort = SortOrder::newest;
  std::vector<std::string> folded_projects;
  bool operator==(const Preferences&) const = default;
};
struct SavePreferences {
  Preferences preferences;
};

using Effect = std::variant<Quit, Suspend, Rescan, ReconnectDaemon, RefreshProviders, StartShare, ScanSession,
                            AllowValue, ChangeShare, StopShare, FreezeShare, RestoreShare, OpenView, OpenUrl, CopyText,
                            CopyContext, Download, OpenFolder, DeleteSession, SavePreferences>;
using Effects = std::vector<Effect>;

}  // namespace panko::tui
