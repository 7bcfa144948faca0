// Mounts that follow their session: reading on, telling the open pages, and looking when there is something to tell.
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "http/mount.hpp"

namespace panko {

namespace {

constexpr std::chrono::milliseconds kLook{1000};        // at what no event tells of
constexpr std::chrono::milliseconds kAwayTime{3000};    // a page that is back within it gets what it has missed
constexpr std::chrono::milliseconds kShortestRest{15};  // between two looks
constexpr std::chrono::seconds kLongestRest{5};
constexpr int kRestPerCost = 2;  // an agent that writes all the time takes a third of a core

/// An edition that keeps alive what goes on from it.
struct Followed {
  std::shared_ptr<Follower> follower;
  std::shared_ptr<const Edition> edition;
};

}  // namespace

void Mount::listen(const std::shared_ptr<Mount>& mount, const std::string& token, std::string version,
                   const std::shared_ptr<LiveStream>& stream) {
  if (mount->session_.snapshot) {
    LiveFeed::refuse(*stream, token, "frozen");
    stream->remove_page();
    return;
  }
  mount->feed_.add(stream, token, std::move(version));
  if (std::exchange(mount->is_following_, true)) return;
  asio::co_spawn(mount->loop_, follow(mount), end_of_coroutine);
}

Task<void> Mount::follow(std::shared_ptr<Mount> mount) {
  const LiveWatch::Watching watching(mount->watch_, mount->session_.path, [weak = std::weak_ptr(mount)] {
    if (const auto watched = weak.lock()) watched->has_changed();
  });
  mount->feed_.tell_problem(mount->problem_ ? kNotReadable : std::string_view());
  for (auto seen = Clock::now(); !mount->ended_;) {
    mount->changed_ = false;
    const auto begun = Clock::now();
    co_await open_edition(mount, true);
    if (mount->ended_) break;
    if (mount->feed_.has_pages()) {
      seen = Clock::now();
      mount->was_requested();
    } else if (Clock::now() - seen > kAwayTime) {
      break;
    }
    co_await mount->wait_for_change(Clock::now() - begun);
  }
  mount->is_following_ = false;
  mount->follower_kept_ = nullptr;
  if (!mount->ended_) mount->feed_ = {};
}

Task<void> Mount::wait_for_change(std::chrono::nanoseconds cost) {
  waiting_.expires_after(std::clamp<std::chrono::nanoseconds>(kRestPerCost * cost, kShortestRest, kLongestRest));
  co_await waiting_.async_wait(kTupleTask);
  if (changed_ || ended_) co_return;
  is_waiting_ = true;
  waiting_.expires_after(kLook);
  co_await waiting_.async_wait(kTupleTask);
  is_waiting_ = false;
}

void Mount::has_changed() {
  changed_ = true;
  if (is_waiting_) waiting_.cancel();
}

Task<std::optional<Mount::Opened>> Mount::open_live(std::shared_ptr<Mount> mount, EditionPtr kept) {
  const auto& session = mount->session_;
  const auto& audience = session.audience;
  // Where nothing is kept of the pass, what followed it cannot go on either.
  const auto masked = audience.redaction ? mount->masked_session() : nullptr;
  auto follower = mount->follower_.lock();
  if (!follower || mount->followed_.lock() != masked) {
    follower = masked ? std::make_shared<Follower>(session.path, masked, audience.hiding)
                      : std::make_shared<Follower>(session.path, session.session_id, audience.hiding);
  }
  mount->follower_ = follower;
  mount->followed_ = masked;
  if (mount->is_following_) mount->follower_kept_ = follower;

  std::uint64_t bytes = 0;
  const auto& shop = masked ? mount->passes_ : mount->workshop_;
  auto step = co_await shop->run([follower, masked, &bytes] {
    auto next = follower->next();
    if (masked) bytes = masked->bytes();
    return next;
  });
  if (masked) mount->note_pass(masked, step && *step ? (*step)->edition->masked() : std::nullopt, bytes);
  if (!step) co_return std::nullopt;
  if (!*step) co_return std::unexpected(std::move(step->error()));
  auto& next = **step;
  if (mount->is_following_ && !mount->ended_) mount->feed_.publish(next.version, next.from, next.change);
  if (next.edition == kept) co_return kept;
  const auto followed = std::make_shared<const Followed>(std::move(follower), std::move(next.edition));
  co_return EditionPtr(followed, followed->edition.get());
}

/// Nobody has its page open: it is enough that the file is there and is still this session.
Task<void> Mount::check_live(std::shared_ptr<Mount> mount, FileIdentity now) {
  const bool has_grown = now.device == mount->checked_.device && now.inode == mount->checked_.inode &&
                         now.size >= mount->checked_.size && !mount->problem_;
  if (!has_grown && !mount->session_.session_id.empty()) {
    auto problem = co_await mount->workshop_->run(
        [path = mount->session_.path, expected = mount->session_.session_id]() -> std::optional<Error> {
          const auto peek = peek_session(path);
          if (!peek) return peek.error();
          if (peek->summary.id != expected) return another_session(path).error();
          return std::nullopt;
        });
    if (!problem || identify_file(mount->session_.path).value_or(FileIdentity()) != now) co_return;
    if (*problem) co_return mount->set_health(std::move(*problem));
  }
  mount->checked_ = now;
  mount->set_health(std::nullopt);
}

void Mount::end() {
  const auto& expires_at = session_.context.expires_at;
  end_with(expires_at && wall_now() >= *expires_at ? "expired" : "stopped");
  presence_->end();
}

void Mount::give_way(const MountedSession& next) {
  end_with(next.snapshot ? "frozen" : "");
}

void Mount::end_with(std::string_view reason) {
  ended_ = true;
  shelf_->drop(owner_);
  masked_->drop(owner_);
  feed_.end(reason);
  waiting_.cancel();
}

}  // namespace panko
