#include "shares/service_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "config/word_list.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

/// How long a stopped share stays in the list.
constexpr std::chrono::days kStoppedSharesKept{30};

/// While nothing expires, the timer only hears of the machine's sleep.
constexpr std::chrono::days kNoExpiry{365};
constexpr std::chrono::milliseconds kLongestTakeUpRest = std::chrono::minutes(1);
constexpr std::chrono::seconds kNap{1};  // not worth looking after the tunnels

}  // namespace

ShareService::State::State(asio::io_context& loop_, asio::thread_pool& workers_, const Places& places, Config config_,
                           ShareSeams seams_)
    : loop(loop_),
      workers(workers_),
      config(std::move(config_)),
      config_file(places.config_file),
      config_time(config_changed_at(config_file)),
      seams(std::move(seams_)),
      ledger(loop, workers, places.database, seams.wall_clock),
      word_list(places.word_list),
      masking{.words = read_word_list(word_list),
              .allowed = ledger.allowed_values(),
              .salt = ledger.value_salt(),
              .users = own_users(),
              .hosts = own_hosts()},
      scans(std::make_shared<Scans>(loop, workers, seams.scan_keep)),
      visits(loop, ledger, seams),
      pool(loop, workers, places, config, seams, ledger, [this](Gateway& gateway) { on_gateway(gateway); }),
      views(loop, workers, seams),
      watch(loop, seams.watch_rest, [this](const auto& files) { on_files(files); }),
      expiry(loop, [this] { on_time(); }),
      asleep(seams.time_asleep()),
      take_up_timer(loop) {}

bool ShareService::State::is_over(const Share& share, WallTime now) {
  return share.expires_at && *share.expires_at <= now;
}

Share& ShareService::State::share_named(const std::string& id) {
  if (Share* const share = ledger.find(id)) return *share;
  throw Failure(fmt::format("There is no share {}; see: panko shares --all.", truncate_utf8(id, 64)));
}

void ShareService::State::resume() {
  for (const Share& share : ledger.forget_stopped_before(ledger.now() - kStoppedSharesKept)) pool.remove_journal(share);
  pool.find_earlier_runs();
  std::set<std::string> changed = end_what_cannot_go_on();
  read_policies();
  for (const auto& [id, share] : ledger.by_id()) {
    if (share.status != ShareStatus::stopped) take_up(id);
  }
  for (const auto& [id, share] : live) {
    if (refresh(id) == News::of_row) changed.insert(id);
  }
  ledger.save(changed);
  ledger.settle();
  check([](const Share&) { return true; });
  arm_expiry();
  arm_take_up(seams.take_up_rest);
  pool.settle();
}

void ShareService::State::take_over(SharesHandover handover) {
  pool.take_over(std::move(handover.gateways));
  for (HandedView& view : handover.views) views.take_over(std::move(view));
  for (std::string& id : handover.restorable) restorable.insert(std::move(id));
}

asio::awaitable<SharesHandover> ShareService::State::hand_over(std::shared_ptr<State> self) {
  self->closing = true;
  self->expiry.disarm();
  self->take_up_timer.cancel();
  self->watch.close();
  SharesHandover handover;
  handover.gateways = co_await self->pool.hand_over();
  handover.views = co_await self->views.hand_over();
  handover.restorable.assign(self->restorable.begin(), self->restorable.end());
  self->visits.flush();
  co_return handover;
}

std::set<std::string> ShareService::State::end_what_cannot_go_on() {
  std::set<std::string> ended;
  const WallTime now = ledger.now();
  for (auto& [id, share] : ledger.by_id()) {
    if (share.status == ShareStatus::stopped) continue;
    if (share.status == ShareStatus::starting)
      share.error = "The daemon ended while the share was starting.";
    else if (share.token.empty())
      share.error = "It was not shared by this panko; share the session again.";
    else if (!is_over(share, now))
      continue;
    share.status = ShareStatus::stopped;
    share.stopped_at = now;
    ended.insert(id);
    ledger.note(share, share.error.empty() ? "expired" : "stopped", share.error);
  }
  return ended;
}

void ShareService::State::take_up(const std::string& id) {
  const Share& share = *ledger.find(id);
  Live& entry = live[id];
  if (std::string why_not = why_not_served(share); !why_not.empty()) {
    if (entry.problem != why_not) log_warning(fmt::format("share {}: it is not served, its error says why", id));
    entry.problem = std::move(why_not);
    return;
  }
  try {
    entry.gateway = pool.acquire(share);
  } catch (const Failure& failure) {
    // One share that cannot be served must not keep the others down.
    if (entry.problem != failure.error().message) log_warning(fmt::format("share {}: {}", id, failure.error().message));
    entry.problem = failure.error().message;
    return;
  }
  entry.problem.clear();
  serve(share, entry);
  pool.bring_up_in_background(entry.gateway);
}

/// A network that has come up after us, a port that is free now: nobody tells us.
void ShareService::State::take_up_lost(std::chrono::milliseconds wait) {
  if (closing) return;
  std::set<std::string> lost;
  for (const auto& [id, entry] : live) {
    if (entry.is_lost()) lost.insert(id);
  }
  std::set<std::string> forbidden;
  for (const std::string& id : lost) {
    if (why_not_served(*ledger.find(id)).empty())
      take_up(id);
    else
      forbidden.insert(id);
  }
  if (!forbidden.empty()) asio::co_spawn(loop, mend_policies(shared_from_this(), forbidden), log_end_of_coroutine);
  update(lost);
  check([&lost](const Share& share) { return lost.contains(share.id); });
  arm_take_up(wait);
}

void ShareService::State::arm_take_up(std::chrono::milliseconds wait) {
  take_up_timer.cancel();
  if (closing || std::ranges::none_of(live, [](const auto& one) { return one.second.is_lost(); })) return;
  take_up_timer.expires_after(wait);
  take_up_timer.async_wait([this, wait, weak = std::weak_ptr(alive)](boost::system::error_code error) {
    if (!error && !weak.expired()) take_up_lost(std::max(wait, std::min(2 * wait, kLongestTakeUpRest)));
  });
}

void ShareService::State::serve(const Share& share, Live& entry) {
  mount(share, entry);
  watch.add(share.session_path);
  entry.watched = true;
}

ShareService::State::News ShareService::State::refresh(const std::string& id) {
  Share& share = *ledger.find(id);
  const auto found = live.find(id);
  if (found == live.end() || (share.status != ShareStatus::active && share.status != ShareStatus::error))
    return News::none;
  const Live& entry = found->second;
  const Share before = share;
  share.error = entry.problem;
  share.tunnel.clear();
  if (entry.gateway) {
    if (share.error.empty()) share.error = entry.gateway->is_settling() ? before.error : entry.gateway->problem();
    share.local_port = entry.gateway->port();
    if (entry.gateway->is_up()) use_url(share, entry.gateway->url_of(share.token));
    if (entry.gateway->provider().has_tunnel) share.tunnel = name_of(entry.gateway->tunnel_status().state);
  }
  share.status = share.error.empty() ? ShareStatus::active : ShareStatus::error;
  if (share.status == ShareStatus::error && share.error != before.error) ledger.note_once(share, "error", share.error);
  if (share.status != before.status || share.error != before.error || share.public_url != before.public_url ||
      share.local_port != before.local_port)
    return News::of_row;
  return share.tunnel == before.tunnel ? News::none : News::of_tunnel;
}

/// Another URL than before is not the same link in new clothes: whoever has the old one has a dead one.
void ShareService::State::use_url(Share& share, std::string url) {
  if (share.public_url == url) return;
  if (!share.public_url.empty()) {
    share.previous_url = std::move(share.public_url);
    share.url_changed_at = ledger.now();
    ledger.note(share, "url", "another link, because its tunnel came back with another name");
  }
  share.public_url = std::move(url);
}

void ShareService::State::update(const std::set<std::string>& ids) {
  std::set<std::string> rows;
  std::set<std::string> others;
  for (const std::string& id : ids) {
    const News news = refresh(id);
    if (news != News::none) (news == News::of_row ? rows : others).insert(id);
  }
  if (!rows.empty()) ledger.save(rows);
  for (const std::string& id : others) ledger.tell(id);
}

void ShareService::State::on_gateway(const Gateway& gateway) {
  update(std::set(gateway.shares));  // a copy: whoever is told may stop a share
}

void ShareService::State::on_health(const std::string& id, const std::optional<Error>& error) {
  const auto found = live.find(id);
  if (found == live.end()) return;
  found->second.problem = error ? error->message : "";
  update({id});
}

void ShareService::State::on_files(const std::set<std::filesystem::path>& files) {
  check([&files](const Share& share) { return files.contains(share.session_path); });
}

void ShareService::State::check(const std::function<bool(const Share&)>& wanted) {
  std::vector<std::pair<std::shared_ptr<Gateway>, std::string>> found;
  for (const auto& [id, entry] : live) {
    const Share& share = *ledger.find(id);
    if (entry.watched && wanted(share)) found.emplace_back(entry.gateway, share.token);
  }
  // The answer may come at once, and whoever hears of it may stop a share.
  for (const auto& [gateway, token] : found) gateway->http().check(token);
}

void ShareService::State::on_time() {
  const auto asleep_now = seams.time_asleep();
  if (asleep_now - std::exchange(asleep, asleep_now) > kNap) {
    log_info("The machine has slept: every tunnel is looked at.");
    pool.check_now();
    take_up_lost(seams.take_up_rest);
  }
  const WallTime now = ledger.now();
  std::set<std::string> over;
  for (const auto& [id, entry] : live) {
    if (is_over(*ledger.find(id), now)) over.insert(id);
  }
  if (!over.empty()) {
    log_info(fmt::format("{} shares have expired", over.size()));
    end(over);
    for (const std::string& id : over) ledger.note(*ledger.find(id), "expired", "");
  }
  arm_expiry();
}

void ShareService::State::arm_expiry() {
  std::optional<WallTime> next;
  for (const auto& [id, entry] : live) {
    const auto& expires = ledger.find(id)->expires_at;
    if (expires && (!next || *expires < *next)) next = expires;
  }
  if (live.empty() || closing) return expiry.disarm();
  expiry.arm(next ? std::max(*next - ledger.now(), std::chrono::milliseconds(0)) : kNoExpiry);
}

asio::awaitable<void> ShareService::State::suspend(std::shared_ptr<State> self) {
  self->closing = true;
  self->expiry.disarm();
  self->take_up_timer.cancel();
  self->watch.close();
  self->views.close_all();
  self->scans->clear();
  co_await self->pool.close_all();
  self->visits.write();
}

/// As if the process had ended: for whoever drops the service without a word. A coroutine may keep this for longer.
void ShareService::State::go_dark() {
  closing = true;
  expiry.disarm();
  take_up_timer.cancel();
  watch.close();
  views.close_all();
  pool.drop_all();
  visits.close();
}

}  // namespace panko
