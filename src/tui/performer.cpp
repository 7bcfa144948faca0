#include "tui/performer.hpp"

#include <fmt/format.h>

#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/numbers.hpp"
#include "base/result.hpp"
#include "client/daemon_client.hpp"
#include "desktop/clipboard.hpp"
#include "desktop/download.hpp"
#include "desktop/file_manager.hpp"
#include "edition/context.hpp"
#include "tui/deletion.hpp"
#include "tui/preferences.hpp"

namespace panko::tui {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostPages = 16;  // their files are gone after some seconds anyway
constexpr std::size_t kContextForTerminal = 70'000;

Event failed(const StartShare& effect, std::string reason) {
  return ShareFailed{effect.session_path, effect.provider, std::move(reason), effect.live};
}
Event failed(const ScanSession& effect, std::string reason) {
  return ScanFailed{effect.number, std::move(reason)};
}
Event failed(const AllowValue& /*effect*/, std::string reason) {
  return ValueNotAllowed{std::move(reason)};
}
Event failed(const StopShare& effect, std::string reason) {
  return ShareRequestFailed{effect.share_id, std::move(reason)};
}
Event failed(const RestoreShare& effect, std::string reason) {
  return ShareRequestFailed{effect.share_id, std::move(reason)};
}
template <class Other>
Event failed(const Other& /*effect*/, std::string reason) {
  return Said{.is_failure = true, .sentence = std::move(reason)};
}

std::string_view if_allowed(std::string_view by) {
  return by == "terminal" ? ", if this terminal allows that" : "";
}

}  // namespace

void Performer::perform(const Effect& effect) {
  try {
    std::visit([this](const auto& asked) { run(asked); }, effect);
  } catch (const std::exception& failure) {  // the root of a thread: a bug in one job must not end the others
    inbox_.post(std::visit([&](const auto& asked) { return failed(asked, failure.what()); }, effect));
  }
}

void Performer::remember(const Preferences& preferences) {
  const std::lock_guard lock(mutex_);
  unsaved_ = preferences;
}

template <class LoopsOwn>
void Performer::run(const LoopsOwn& /*effect*/) {
  static_assert(std::is_same_v<LoopsOwn, Quit> || std::is_same_v<LoopsOwn, Suspend> ||
                std::is_same_v<LoopsOwn, Rescan> || std::is_same_v<LoopsOwn, ReconnectDaemon>);
}

void Performer::run(const RefreshProviders& /*effect*/) {
  inbox_.post(ProvidersKnown{DaemonClient::connect_or_start(places_).list_providers()});
}

void Performer::run(const StartShare& effect) {
  ShareStarted started{.session_path = effect.session_path, .share = {}, .live = effect.live};
  auto daemon = DaemonClient::connect_or_start(places_);
  started.share = daemon.start_share({.session_path = effect.session_path.native(),
                                      .provider = effect.provider,
                                      .expires = effect.expires,
                                      .bind = {},
                                      .live = effect.live,
                                      .personal_shown = effect.personal_shown,
                                      .hide = effect.hide});
  started.copied = copy(started.share.public_url).has_value();
  inbox_.post(std::move(started));
}

void Performer::run(const StopShare& effect) {
  auto stopped = DaemonClient::connect_or_start(places_).stop_share(effect.share_id);
  inbox_.post(ShareStopped{std::move(stopped.share_id), std::move(stopped.gone)});
}

void Performer::run(const ScanSession& effect) {
  auto found = DaemonClient::connect_or_start(places_).scan({.session_path = effect.session_path.native()});
  inbox_.post(SessionScanned{effect.number, std::move(found)});
}

void Performer::run(const AllowValue& effect) {
  DaemonClient::connect_or_start(places_).allow_value({.hash = effect.hash, .allow = effect.allow});
  inbox_.post(ValueAllowed{});
}

void Performer::run(const ChangeShare& effect) {
  DaemonClient::connect_or_start(places_).update_share(effect.change);
  say(effect.done);
}

void Performer::run(const FreezeShare& effect) {
  auto daemon = DaemonClient::connect_or_start(places_);
  inbox_.post(ShareFrozen{daemon.update_share({.share_id = effect.share_id, .freeze = true})});
}

void Performer::run(const RestoreShare& effect) {
  inbox_.post(ShareRestored{DaemonClient::connect_or_start(places_).restore_share(effect.share_id)});
}

std::string Performer::view_of(const fs::path& session) {
  const std::lock_guard one_at_a_time(viewing_);
  std::erase_if(views_, [](const auto& view) { return view.second.is_over(); });
  auto view = views_.find(session);
  if (view == views_.end())
    view = views_.try_emplace(session, DaemonClient::connect_or_start(places_), places_, session.native()).first;
  return view->second.url();
}

void Performer::run(const OpenView& effect) {
  open(view_of(effect.session_path), "It opens in the browser. Only you can open it, and it ends with panko.");
}

void Performer::run(const OpenUrl& effect) {
  open(effect.url, "It opens in the browser.");
}

void Performer::open(const std::string& url, std::string_view opened) {
  auto page = open_in_browser(url, places_.state_dir);
  if (!page) {
    // Over ssh there is no browser, but there may be one at the other end.
    const std::string by = value_or_throw(copy(url));
    say(fmt::format("There is no browser here; the address is on the clipboard{}: {}", if_allowed(by), url));
    return;
  }
  say(std::string(opened));
  const std::lock_guard lock(mutex_);
  pages_.push_back(std::move(*page));
  if (pages_.size() > kMostPages) pages_.pop_front();
}

Result<std::string> Performer::copy(std::string_view text) {
  auto copied = copy_or_sequence(text);
  if (!copied) return std::unexpected(std::move(copied.error()));
  if (!copied->sequence.empty()) inbox_.post_for_terminal(copied->sequence);
  return std::move(copied->by);
}

void Performer::run(const CopyText& effect) {
  value_or_throw(copy(effect.text));
  say(effect.confirmation);
}

void Performer::run(const CopyContext& effect) {
  auto context = value_or_throw(session_context(effect.session_path));
  auto by = copy(context.markdown);
  if (!by && context.markdown.size() > kContextForTerminal) {
    // More than a terminal takes; less of it may do.
    context = value_or_throw(session_context(effect.session_path, kContextForTerminal));
    by = copy(context.markdown);
  }
  const std::string left_out =
      context.left_out == 0 ? "" : fmt::format("; {} had no room", format_count(context.left_out, "part", "parts"));
  say(fmt::format("The session is on the clipboard as Markdown{}: about {} tokens{}.",
                  if_allowed(value_or_throw(std::move(by))), format_roughly(context.tokens), left_out));
}

void Performer::run(const Download& effect) {
  say(fmt::format("Saved as {}.", value_or_throw(download(effect.session_path, effect.title, effect.id)).native()));
}

void Performer::run(const OpenFolder& effect) {
  value_or_throw(show_in_file_manager(effect.session_path));
  say("The file manager shows it.");
}

void Performer::run(const DeleteSession& effect) {
  delete_session(places_, effect.session_path);
  inbox_.post(SessionDeleted{effect.session_path});
  say("The session is in the trash.");
}

void Performer::run(const SavePreferences& /*effect*/) {
  const std::lock_guard saving(saving_);
  std::optional<Preferences> newest;
  {
    const std::lock_guard lock(mutex_);
    newest = std::exchange(unsaved_, std::nullopt);
  }
  if (newest) value_or_throw(save_preferences(places_, *newest));
}

}  // namespace panko::tui
