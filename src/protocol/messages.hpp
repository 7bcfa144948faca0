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
  std::optional<std::uint64_t> views{};         // how often a person opened its page; left out while 0
  std::optional<std::string> last_viewed_at{};  // ISO 8601, UTC; left out while nobody looked
  std::optional<std::string> previous_url{};    // the one before public_url, dead since then
  std::optional<std::string> url_changed_at{};  // ISO 8601, UTC; when public_url took its place
  /// Of its gateway: starting | ready | degraded | backoff | failed | stopping. `failed` does not come back before the
  /// user has done something. Left out when there is no tunnel, and of a stopped share.
  std::optional<std::string> tunnel{};
  std::optional<bool> live{};  // its page follows the session; left out when false
  // Who looks.
  std::optional<std::uint64_t> viewers{};   // who have the page open now; left out while 0
  std::optional<std::uint64_t> previews{};  // loads of the page that no person followed: chat programs, crawlers
  // What they see.
  std::optional<bool> unmasked{};                    // nothing is masked; left out when false
  std::optional<bool> personal_shown{};              // personal data is not masked; left out when false
  std::optional<std::uint64_t> secrets_masked{};     // different values; left out while the session pass is not done
  std::optional<std::uint64_t> personal_masked{};    // likewise
  std::optional<std::vector<std::string>> hidden{};  // "tools", "thinking", "steps"; left out when nothing is
  std::optional<bool> downloads{};                   // visitors may take the session with them; left out when false
  // The leash.
  std::optional<bool> password{};            // the page asks for one; left out when false
  std::optional<std::uint64_t> max_views{};  // so often it can be opened
};

struct StartShare {
  std::string session_path;
  std::string provider;                // empty: the daemon's default_provider, else `local`
  std::optional<std::string> expires;  // "7d", "never"; absent: the daemon's default
  bool own_tunnel = false;
  std::optional<std::string> bind;  // `local` only: the address to listen on
  bool live = false;                // its page follows the session; an older daemon ignores it
  bool unmasked = false;            // nothing is masked
  bool personal_shown = false;      // secrets are masked, personal data is not
  std::vector<std::string> hide{};  // "tools", "thinking", "steps"
  bool downloads = false;
  std::optional<std::string> password{};
  std::optional<std::uint64_t> max_views{};
};

struct StoppedInfo {
  std::string share_id;
  std::string
      gone{};  // what its public URL answers now: "checked" (410), "unreachable", "still there"; empty: not asked
};

/// What is to be changed of a share; at least one thing.
struct UpdateShare {
  std::string share_id;
  bool freeze = false;                       // a live one becomes a snapshot that ends where its session ends now
  std::optional<std::string> expires{};      // from now on: "7d", "never"
  std::optional<std::string> password{};     // empty: none any more
  std::optional<std::uint64_t> max_views{};  // counted from the first view on; 0: as many as come
  std::optional<bool> downloads{};
  std::optional<std::vector<std::string>> hide{};  // instead of what was hidden
};

/// What would be masked if the session were shared so.
struct Scan {
  std::string session_path;
  bool personal_shown = false;
};

/// One value in one place of the session. Nothing tells the value.
struct FindingInfo {
  std::string marker{};  // what stands in its place: "[redacted: github-token #3]"
  std::string kind{};    // "github-token"
  std::string rule{};    // the id of the rule that found it
  std::string sample{};  // "ghp_… (40 characters)"
  std::string hash{};    // for AllowValue
  bool personal = false;
  bool allowed = false;     // the owner said "this is fine": it is not masked
  std::uint64_t turn = 0;   // prompts before it, itself included
  std::string anchor{};     // of the message; empty: of none
  std::string where{};      // what that message is: "tool", "user", ...
  std::string context{};    // the line around it, masked
  std::uint64_t count = 1;  // how often there
};

struct ScanInfo {
  std::vector<FindingInfo> findings{};  // in the order of the session, at most kMaxFindings
  std::uint64_t secrets = 0;            // different values that are masked
  std::uint64_t personal = 0;
  std::uint64_t left_out = 0;  // findings beyond the limit
};
inline constexpr std::size_t kMaxFindings = 2000;

/// "This is fine": the value with this hash is not masked any more, in any share of this user; or is again.
struct AllowValue {
  std::string hash;
  bool allow = true;
};

/// Words of the owner's own that are always masked. The reply is the list.
struct RedactWords {
  std::vector<std::string> add{};
  std::vector<std::string> remove{};
};

/// What is masked of a session in a share, for a program that masks by itself. The reply tells the owner's own words:
/// it goes over the owner's own socket.
struct GetRedaction {
  std::string session_path;
  bool personal_shown = false;
};

struct RedactionInfo {
  bool personal = true;
  std::vector<std::string> words{};
  std::vector<std::string> users{};
  std::vector<std::string> hosts{};
  std::string salt{};                  // hex
  std::vector<std::string> allowed{};  // hashes of what is fine, hex, sorted
};

/// One line of the record of what happened to shares.
struct AuditEntry {
  std::string at{};  // ISO 8601, UTC
  std::string share_id{};
  std::string session_name{};
  std::string event{};   // started | masked | url | viewed | changed | stopped | expired | gone | error
  std::string detail{};  // a sentence or a few words
};

struct Audit {
  std::optional<std::string> share_id{};  // absent: of all shares
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
  std::optional<std::string> mend{};   // the one command that mends what is missing, where there is one
  std::string audience{};              // who can read what is shared: "anyone with the link"
  bool stable_url = false;             // the URL stays the same when the tunnel starts anew
  std::string limits{};                // what the service refuses or adds; empty: nothing that is known
  std::string program{};               // what is looked for on the daemon's PATH; empty: none
};

struct HelloInfo {
  int protocol = kVersion;
  std::string build;  // version of the program
  std::vector<std::string> capabilities;
};

/// One gateway's tunnel.
struct TunnelInfo {
  std::string provider;
  std::string state;                         // as ShareInfo.tunnel
  std::int64_t pid = 0;                      // 0: no process
  std::uint64_t shares = 0;                  // that use it
  std::optional<std::string> url{};          // left out before the first one
  std::optional<std::string> reason{};       // why it is not ready
  std::optional<std::string> next_try_at{};  // ISO 8601, UTC
  std::optional<std::string> share_id{};     // of the one share that has it alone
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
  std::vector<TunnelInfo> tunnels{};
  std::string search_path{};  // the daemon's PATH, which is not the shell's
  bool restart_due = false;   // its program file was replaced since it started: `panko serve --restart`
  std::string program{};      // that file; empty: an older daemon
};

struct Restart {
  std::string search_path;  // PATH from now on; empty: as it is
};

/// Who answers after a Restart.
struct RestartedInfo {
  std::int64_t pid = 0;
  int protocol = kVersion;
  std::string build;
  std::string program{};  // the file that runs; empty: an older daemon
};

struct ViewInfo {
  std::string id;
  std::string url;
};

}  // namespace panko::protocol
