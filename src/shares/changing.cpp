// How a share that is up is changed: its link stays. The row says it first, then what is published follows.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "base/log.hpp"
#include "base/numbers.hpp"
#include "edition/snapshot.hpp"
#include "shares/service_state.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

/// What files have to be read for, and what takes its time.
struct Findings {
  Result<Snapshot> snapshot = fail("");
  Result<ProjectPolicy> policy = ProjectPolicy{};
  std::string password_hash{};
};

std::string views_in_words(std::uint64_t views) {
  if (views == 0) return "any number of views";
  return format_count(views, "view", "views");
}

std::string hidden_in_words(const std::vector<std::string>& hide) {
  return hide.empty() ? "nothing hidden" : fmt::format("{} hidden", fmt::join(hide, ", "));
}

}  // namespace

/// Throws unless there is something to be changed of this share.
Share& ShareService::State::to_be_changed(const std::string& id) {
  Share& share = share_named(id);
  if (share.status == ShareStatus::stopped)
    throw Failure("The share is stopped: its link shows nothing, and there is nothing to change.");
  if (closing) throw Failure("The daemon is ending; try again.");
  return share;
}

asio::awaitable<Share> ShareService::State::change(std::shared_ptr<State> self, ShareChange change) {
  if (change.is_empty()) {
    throw Failure(
        "There is nothing to change; it can be \"freeze\": true, \"expires\", \"password\", \"max_views\", "
        "\"downloads\" and \"hide\".");
  }
  if (change.hide) change.hide = value_or_throw(check_hiding(*change.hide));
  if (change.expires) check_expiry(*change.expires);
  if (change.password && !change.password->empty()) check_password(*change.password);
  if (change.max_views) check_max_views(*change.max_views);

  const std::string id = change.share_id;
  const Share before = self->to_be_changed(id);
  const bool is_to_freeze = change.freeze && before.live;
  const std::string password =
      std::exchange(change.password, change.password ? std::optional("") : std::nullopt).value_or("");
  Findings found = co_await on_worker(self->workers, [before, is_to_freeze, password] {
    Findings findings;
    if (is_to_freeze) findings.snapshot = take_snapshot(before.session_path);
    findings.policy = policy_of(before);
    if (!password.empty()) findings.password_hash = hash_password(password);
    return findings;
  });

  // Meanwhile it may have been stopped, or changed by somebody else.
  Share& share = self->to_be_changed(id);
  if (!found.policy) throw Failure(std::move(found.policy.error()));
  value_or_throw(check_policy(*found.policy, share));
  if (change.expires) value_or_throw(check_longest(*found.policy, *change.expires));
  std::vector<std::string> words;
  if (is_to_freeze && share.live) {
    check_frozen(share, found.snapshot);
    share.live = false;
    share.snapshot_end = found.snapshot->end;
    share.snapshot_hash = std::move(found.snapshot->tail_hash);
    share.frozen_at = found.snapshot->taken_at;
    words.emplace_back("frozen");
  }
  if (change.expires) {
    share.expires_after = *change.expires;
    share.expires_at = share.expires_after.transform([&](auto after) { return self->ledger.now() + after; });
    words.push_back(share.expires_after ? "expires in " + format_duration(*share.expires_after) : "never expires");
  }
  if (change.password) {
    words.emplace_back(!found.password_hash.empty() ? "password set" : "no password");
    if (share.has_password() || !found.password_hash.empty()) share.gate_key = new_gate_key();
    share.password_hash = std::move(found.password_hash);
  }
  if (change.max_views) {
    share.max_views = *change.max_views == 0 ? std::nullopt : change.max_views;
    words.push_back(views_in_words(*change.max_views));
  }
  if (share.max_views && share.gate_key.empty()) share.gate_key = new_gate_key();
  if (change.downloads) {
    share.downloads = *change.downloads;
    words.emplace_back(share.downloads ? "downloads allowed" : "no downloads");
  }
  if (change.hide) {
    share.hide = std::move(*change.hide);
    words.push_back(hidden_in_words(share.hide));
  }
  if (words.empty()) co_return share;  // a snapshot was to be frozen

  self->policies.insert_or_assign(id, std::move(found.policy));
  const auto unsaved = self->ledger.save({id});
  self->mount_again(id);
  self->arm_expiry();
  self->ledger.note(self->share_named(id), "changed", fmt::format("{}", fmt::join(words, ", ")));
  log_info(fmt::format("share {}: changed", id));
  if (unsaved) {
    throw Failure(
        fmt::format("The share is changed, but that could not be written and may be forgotten when the daemon ends: {}",
                    unsaved->message));
  }
  co_return self->share_named(id);
}

void ShareService::State::check_frozen(const Share& share, const Result<Snapshot>& snapshot) {
  if (!snapshot) throw Failure(fmt::format("The share could not be frozen: {}", snapshot.error().message));
  if (snapshot->session_id == share.session_id) return;
  throw Failure(
      fmt::format("The share could not be frozen: {} is another session now, which it does not show; stop the "
                  "share, or bring the session back.",
                  share.session_path));
}

}  // namespace panko
