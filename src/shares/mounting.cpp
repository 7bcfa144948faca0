// What of a share is published, to whom, and what is heard of that.
#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "base/numbers.hpp"
#include "shares/service_state.hpp"

namespace panko {

namespace {

std::optional<Gate> gate_of(const Share& share) {
  if (!share.has_password() && !share.max_views) return std::nullopt;
  return Gate{.key = share.gate_key, .password_hash = share.password_hash, .counts_views = share.max_views.has_value()};
}

}  // namespace

/// In the place of the mount that there is; its open pages ask again.
void ShareService::State::mount(const Share& share, Live& entry) {
  MountedSession session;
  session.path = share.session_path;
  if (!share.live) {
    session.snapshot = Snapshot{.session_id = share.session_id,
                                .end = share.snapshot_end,
                                .tail_hash = share.snapshot_hash,
                                .taken_at = share.frozen_at.value_or(share.started_at)};
  }
  session.context.as_of = session.snapshot.transform([](const Snapshot& taken) { return taken.taken_at; });
  session.context.expires_at = share.expires_at;
  session.session_id = share.session_id;
  session.audience = entry.audience = audience_of(masking, policies.at(share.id).value(), share);
  session.masked = std::exchange(entry.masked, nullptr);
  session.gate = gate_of(share);
  session.may_download = share.downloads;
  const std::string& id = share.id;
  session.on_health = [this, id](const auto& error) { on_health(id, error); };
  session.on_masked = [this, id](MaskedCounts counts) { on_masked(id, counts); };
  session.on_page_load = [this, id] { visits.loaded(id); };
  session.can_open = [this, id] { return visits.may_open(id); };
  session.on_open = [this, id] { return on_open(id); };
  session.on_view = [this, id] { on_view(id); };
  session.on_viewers = [this, id](std::size_t count) { visits.look_now(id, count); };
  const std::string token = share.token;
  const bool is_masked = session.audience.redaction.has_value();
  auto& http = entry.gateway->http();
  http.mount(token, std::move(session));
  // The owner is to hear how much is masked, and nobody has to wait for it later.
  if (is_masked && entry.prepare) http.prepare(token);
}

/// With what its row says now. A share that is still starting is mounted so when it comes up.
void ShareService::State::mount_again(const std::string& id) {
  const auto found = live.find(id);
  if (found == live.end() || !found->second.watched) return;
  const Share& share = *ledger.find(id);
  if (const auto why_not = why_not_served(share); !why_not.empty()) return withdraw(id, why_not);
  found->second.problem.clear();  // the new mount says it itself if there is one
  found->second.prepare = true;
  mount(share, found->second);
  update({id});
  check([&id](const Share& other) { return other.id == id; });
}

/// It has no gateway any more, until what keeps it down is mended.
void ShareService::State::withdraw(const std::string& id, const std::string& why) {
  const auto found = live.find(id);
  if (found == live.end()) return;
  const Share& share = *ledger.find(id);
  Live& entry = found->second;
  entry.problem = why;
  if (std::exchange(entry.watched, false)) watch.remove(share.session_path);
  if (const auto gateway = std::exchange(entry.gateway, nullptr)) {
    gateway->http().end(share.token);
    pool.release(gateway, id);
  }
  update({id});
  arm_take_up(seams.take_up_rest);
}

/// Those whose eyes see something else now than when they were mounted.
void ShareService::State::mount_changed() {
  if (!masking.words) return;
  std::vector<std::string> changed;
  for (const auto& [id, entry] : live) {
    const auto policy = policies.find(id);
    if (!entry.watched || policy == policies.end() || !policy->second) continue;
    if (audience_of(masking, *policy->second, *ledger.find(id)) != entry.audience) changed.push_back(id);
  }
  for (const std::string& id : changed) mount_again(id);
}

void ShareService::State::on_masked(const std::string& id, MaskedCounts counts) {
  Share* const share = ledger.find(id);
  if (share == nullptr || share->status == ShareStatus::stopped) return;
  share->secrets_masked = counts.secrets;
  share->personal_masked = counts.personal;
  ledger.note_once(*share, "masked",
                   fmt::format("{}, {} of personal data", format_count(counts.secrets, "secret", "secrets"),
                               format_count(counts.personal, "value", "values")));
  ledger.tell(id);
}

bool ShareService::State::on_open(const std::string& id) {
  const bool is_first = !ledger.find(id)->views;
  if (!visits.opened(id)) return false;
  if (is_first) ledger.note(*ledger.find(id), "viewed", "for the first time");
  return true;
}

void ShareService::State::on_view(const std::string& id) {
  Share* const share = ledger.find(id);
  if (share == nullptr) return;
  const bool is_first = share->views == 0;
  visits.viewed(id);
  if (is_first && share->views > 0) ledger.note(*share, "viewed", "for the first time");
}

}  // namespace panko
