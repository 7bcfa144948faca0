// How a stop is undone. That it may be is known to this daemon's memory alone: whatever comes in between, what was
// stopped stays stopped.
#include <fmt/format.h>

#include "base/log.hpp"
#include "shares/service_state.hpp"

namespace panko {

void ShareService::State::may_be_restored(const std::string& id) {
  const WallTime too_old = ledger.now() - seams.restore_time;
  std::erase_if(restorable, [&](const std::string& old) { return ledger.find(old)->stopped_at < too_old; });
  restorable.insert(id);
}

Share ShareService::State::restore(const std::string& id) {
  Share& share = share_named(id);
  if (share.status != ShareStatus::stopped) return share;
  if (closing) throw Failure("The daemon is ending; try again.");
  const WallTime now = ledger.now();
  if (!restorable.contains(id) || share.stopped_at < now - seams.restore_time)
    throw Failure(
        "Only a share that was up, and was stopped less than a minute ago, can be restored; share the session "
        "again.");
  if (is_over(share, now)) throw Failure("The share has expired meanwhile; share the session again.");
  check_single(share);
  check_room();

  const Share stopped = share;
  share.status = ShareStatus::active;
  share.error.clear();
  share.stopped_at.reset();
  if (const auto unsaved = ledger.save({id})) {
    share = stopped;
    ledger.save({id});
    throw Failure(fmt::format("The share stays stopped: {}", unsaved->message));
  }
  restorable.erase(id);
  take_up(id);
  update({id});
  check([&id](const Share& other) { return other.id == id; });
  arm_expiry();
  arm_take_up(seams.take_up_rest);
  ledger.note(share, "changed", "restored");
  log_info(fmt::format("share {}: restored", id));
  return share;
}

}  // namespace panko
