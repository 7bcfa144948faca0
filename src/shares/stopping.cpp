// How a share ends: the row says so, then nothing is served any more, then its own link is asked.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "shares/service_state.hpp"
#include "tunnel/local_http.hpp"

namespace panko {

namespace asio = boost::asio;

std::optional<Error> ShareService::State::end(const std::set<std::string>& ids, const std::string& reason) {
  const WallTime now = ledger.now();
  for (const std::string& id : ids) {
    Share& share = *ledger.find(id);
    share.status = ShareStatus::stopped;
    share.error = reason;
    share.stopped_at = now;
    share.tunnel.clear();
    share.viewers = 0;
  }
  auto unsaved = ledger.save(ids);
  for (const std::string& id : ids) {
    const auto found = live.find(id);
    if (found == live.end()) continue;
    const Live entry = std::move(found->second);
    live.erase(found);
    const Share& share = *ledger.find(id);
    if (entry.watched) watch.remove(share.session_path);
    if (entry.gateway) {
      entry.gateway->http().end(share.token);
      pool.release(entry.gateway, id);
    }
    if (entry.settled) entry.settled->notify();
  }
  arm_expiry();
  if (std::ranges::none_of(live, [](const auto& one) { return one.second.is_lost(); })) take_up_timer.cancel();
  return unsaved;
}

asio::awaitable<std::string> ShareService::State::stop(std::shared_ptr<State> self, std::string id) {
  const Share& share = self->share_named(id);
  if (share.status == ShareStatus::stopped) co_return "";
  const bool was_up = share.status != ShareStatus::starting;
  const auto unsaved = self->end({id});
  self->ledger.note(share, "stopped", "");
  if (was_up) self->may_be_restored(id);
  if (unsaved) {
    throw Failure(
        fmt::format("The share is served no more, but that could not be written and may be forgotten when "
                    "the daemon ends: {}",
                    unsaved->message));
  }
  if (!was_up) co_return "";
  co_return co_await ask_whether_gone(self, share);
}

/// As a visitor would: of a share without a tunnel at the port itself, else at the public URL.
asio::awaitable<std::string> ShareService::State::ask_whether_gone(std::shared_ptr<State> self, Share share) {
  if (share.public_url.empty()) co_return "";
  std::optional<unsigned> status;
  const bool is_here = share.bind.empty() && !self->provider_named(share.provider_name).has_tunnel;
  if (is_here) {
    const auto answer = co_await get_local(fmt::format("127.0.0.1:{}", share.local_port),
                                           fmt::format("/s/{}/", share.token), self->seams.gone_time);
    status = answer ? answer->status : 0;
  } else {
    status = co_await self->seams.ask_public_status(share.public_url, self->seams.gone_time);
  }
  if (!status) co_return "";
  constexpr unsigned kGone = 410;
  std::string gone = *status == kGone ? "checked" : *status == 0 ? "unreachable" : "still there";
  self->ledger.note(share, "gone",
                    *status == kGone ? "checked: its link answers 410"
                    : *status == 0   ? "its link cannot be reached"
                                     : fmt::format("its link still answers, with {}", *status));
  if (*status != kGone) log_warning(fmt::format("share {}: it is stopped, and its link answers {}", share.id, *status));
  co_return gone;
}

asio::awaitable<void> ShareService::State::stop_all(std::shared_ptr<State> self) {
  std::set<std::string> all;
  for (const auto& [id, entry] : self->live) all.insert(id);
  const auto unsaved = self->end(all);
  for (const std::string& id : all) self->ledger.note(*self->ledger.find(id), "stopped", "with the daemon");
  co_await suspend(self);
  if (unsaved) {
    throw Failure(
        fmt::format("Nothing is served any more, but that could not be written, so the next daemon will "
                    "share again: {}",
                    unsaved->message));
  }
}

}  // namespace panko
