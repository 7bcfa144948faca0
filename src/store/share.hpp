// A share as state.db keeps it: the intent that a session be published, and how it stands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
  std::string bind;        // address of the gateway; empty: loopback
  bool live = false;       // follows the session; else it ends with the snapshot
  std::string session_id;  // the snapshot, see agents/transcript.hpp; of a live one the session as it was shared
  std::uint64_t snapshot_end = 0;
  std::string snapshot_hash;
  std::optional<WallTime> frozen_at;  // when the snapshot was taken, of one that had been live; else at started_at
  std::string error;                  // why it is in `error`, or why the start failed
  std::optional<WallTime> stopped_at;
  // the URL before public_url: dead since then
  std::string previous_url;
  std::optional<WallTime> url_changed_at;
  // how often its page was loaded
  std::uint64_t views = 0;
  std::optional<WallTime> last_viewed_at;
  // not kept: how the tunnel of its gateway does, by TunnelState's names; empty: there is none
  std::string tunnel;
};

}  // namespace panko
