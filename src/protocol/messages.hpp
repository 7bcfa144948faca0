// The IPC contract, protocol 1: what goes over the Unix socket, as structs. docs/protocol.md is its page.
// The daemon's side and the client's side meet here and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace panko::protocol {

inline constexpr int kVersion = 1;
inline constexpr std::size_t kMaxRequestBytes = 1 << 20;

/// A share as ListShares, StartShare, RestoreShare, GetShare and events give it. The first eight fields and `share_id`
/// (a copy of `id`) are the compatibility promise.
struct ShareInfo {
  std::string id;
  std::string session_path;
  std::string session_name;
  std::string public_url;
  std::string provider_name;
  std::uint16_t local_port = 0;
  std::string started_at;  // ISO 8601, UTC
  std::string status;      // starting | active | error | stopped
  std::optional<std::string> expires_at;
  std::optional<std::string> error;             // why the status is `error`, or why a start failed
  std::optional<bool> own_tunnel;               // left out when false
  std::optional<bool> existing;                 // StartShare: this share was there already
  std::optional<std::uint64_t> views{};         // how often its page was loaded; left out while 0
  std::optional<std::string> last_viewed_at{};  // ISO 8601, UTC; left out while nobody looked
};

struct StartShare {
  std::string session_path;
  std::string provider;                // empty: the daemon's default_provider, else `local`
  std::optional<std::string> expires;  // "7d", "never"; absent: the daemon's default
  bool own_tunnel = false;
  std::optional<std::string> bind;  // `local` only: the address to listen on
};

struct OpenView {
  std::string session_path;
  std::optional<std::uint16_t> port;  // absent: any free one
};

struct ProviderInfo {
  std::string name;
  std::string description;
  bool available = false;
  std::optional<std::string> missing;  // when not available: what is missing and how to mend it
  bool is_public = false;              // readable from the Internet
};

struct HelloInfo {
  int protocol = kVersion;
  std::string build;  // version of the program
  std::vector<std::string> capabilities;
};

struct StatusInfo {
  std::int64_t pid = 0;
  std::string version;
  int protocol = kVersion;
  std::string socket;
  std::string started_at;
  std::vector<std::pair<std::string, std::uint64_t>> shares;  // count by status
  std::uint64_t views = 0;                                    // of the owner, by OpenView
  std::uint64_t open_descriptors = 0;
  std::vector<std::int64_t> children;
  std::vector<std::string> warnings;  // a database that was set aside, ...
  std::string default_provider{};     // what StartShare takes when it names none; empty: an older daemon
};

struct ViewInfo {
  std::string id;
  std::string url;
};

}  // namespace panko::protocol
