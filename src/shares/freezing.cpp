// How a live share becomes a snapshot: it ends where its session ends at that moment.
#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "edition/snapshot.hpp"
#include "shares/service_state.hpp"

namespace panko {

namespace asio = boost::asio;

/// The live share of this id; nullptr: it is a snapshot already, and there is nothing to do.
Share* ShareService::State::to_be_frozen(const std::string& id) {
  Share& share = share_named(id);
  if (share.status == ShareStatus::stopped)
    throw Failure("The share is stopped: its link shows nothing, and there is nothing to freeze.");
  if (!share.live) return nullptr;
  if (closing) throw Failure("The daemon is ending; try again.");
  return &share;
}

asio::awaitable<Share> ShareService::State::freeze(std::shared_ptr<State> self, std::string id) {
  const Share* const before = self->to_be_frozen(id);
  if (before == nullptr) co_return self->share_named(id);
  auto snapshot = co_await on_worker(
      self->workers, [path = std::filesystem::path(before->session_path)] { return take_snapshot(path); });

  // Meanwhile it may have been stopped, or frozen by somebody else.
  Share* const share = self->to_be_frozen(id);
  if (share == nullptr) co_return self->share_named(id);
  if (!snapshot) throw Failure(fmt::format("The share could not be frozen: {}", snapshot.error().message));
  if (snapshot->session_id != share->session_id) {
    throw Failure(
        fmt::format("The share could not be frozen: {} is another session now, which it does not show; stop the "
                    "share, or bring the session back.",
                    share->session_path));
  }
  share->live = false;
  share->snapshot_end = snapshot->end;
  share->snapshot_hash = std::move(snapshot->tail_hash);
  share->frozen_at = snapshot->taken_at;
  const auto unsaved = self->ledger.save({id});
  self->mount_again(id);
  log_info(fmt::format("share {}: frozen", id));
  if (unsaved) {
    throw Failure(
        fmt::format("The share is frozen, but that could not be written and may be forgotten when the daemon ends: {}",
                    unsaved->message));
  }
  co_return self->share_named(id);
}

/// With what its row says now. A share that is still starting is mounted so when it comes up.
void ShareService::State::mount_again(const std::string& id) {
  const auto found = live.find(id);
  if (found == live.end() || !found->second.watched) return;
  found->second.problem.clear();  // the new mount says it itself if there is one
  mount(*ledger.find(id), found->second);
  update({id});
  check([&id](const Share& share) { return share.id == id; });
}

}  // namespace panko
