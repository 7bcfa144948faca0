// A share as state.db keeps it: the intent that a session be published, and how it stands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace panko {

enum class ShareStatus { starting, active, error, stopped };

[[nodiscard]] std::string_view name_of(ShareStatus status);
[[nodiscard]] std::optional<ShareStatus> share_status_from(std::string_view name);

struct Share {
  // table `shares`
  std::string id;
  std::string session_path;
  std::string session_name;
  std::string public_url;  // empty while starting
  std::string provider_name;
  std::uint16_t local_port = 0;  // 0 while starting
  WallTime started_at;
  ShareStatus status = ShareStatus::starting;
  // panko's own table
  std::string token;
  std::optional<WallTime> expires_at;
  std::optional<std::chrono::seconds> expires_after;  // the setting that expires_at was made from
  bool own_tunnel = false;
  bool live = false;       // follows the session; else it ends with the snapshot
  std::string bind;        // address of the gateway; empty: loopback
  std::string session_id;  // the snapshot, see agents/transcript.hpp; of a live one the session as it was shared
  std::uint64_t snapshot_end = 0;
  std::string snapshot_hash;
  std::optional<WallTime> frozen_at;  // when the snapshot was taken, of one that had been live; else at started_at
  std::string error;                  // why it is in `error`, or why the start failed
  std::optional<WallTime> stopped_at;
  // the URL before public_url: dead since then
  std::string previous_url;
  std::optional<WallTime> url_changed_at;
  // what visitors see of it
  std::string directory;        // where its agent worked: the project whose policy holds; empty: not known
  bool unmasked = false;        // nothing is masked
  bool personal_shown = false;  // secrets are masked, personal data is not
  bool downloads = false;
  std::vector<std::string> hide{};  // "tools", "thinking", "steps", in this order
  // what they need
  std::string password_hash;                 // as http/gate.hpp writes it; empty: no password
  std::optional<std::uint64_t> max_views{};  // so often it can be opened
  std::string gate_key;                      // 32 random bytes; empty: it never had a gate
  // who looked: people, and how often its page was given out
  std::uint64_t views = 0;
  std::uint64_t loads = 0;
  std::optional<WallTime> last_viewed_at;

  // Not kept:
  std::string tunnel;                              // of its gateway, by TunnelState's names; empty: there is none
  std::uint64_t viewers = 0;                       // who have it open now
  std::optional<std::uint64_t> secrets_masked{};   // different values; nullopt: the session pass is not done
  std::optional<std::uint64_t> personal_masked{};  // likewise

  [[nodiscard]] std::uint64_t previews() const { return loads > views ? loads - views : 0; }
  [[nodiscard]] bool has_password() const { return !password_hash.empty(); }
};

}  // namespace panko
