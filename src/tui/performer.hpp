// Does what an effect asks for, outside of the screen: with the daemon, the desktop, the files. Every member may be
// called from many threads at once; perform() blocks as long as it takes, and what became of it is posted.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "client/held_view.hpp"
#include "config/places.hpp"
#include "desktop/browser.hpp"
#include "tui/effect.hpp"
#include "tui/inbox.hpp"

namespace panko::tui {

class Performer {
 public:
  Performer(Places places, Inbox& inbox) : places_(std::move(places)), inbox_(inbox) {}

  /// Not for those that are of the loop itself: Quit, Suspend, Rescan, ReconnectDaemon.
  void perform(const Effect& effect);

  /// The newest ones are what is saved, in whichever order threads come to it.
  void remember(const Preferences& preferences);

 private:
  void run(const RefreshProviders& effect);
  void run(const StartShare& effect);
  void run(const ScanSession& effect);
  void run(const AllowValue& effect);
  void run(const ChangeShare& effect);
  void run(const StopShare& effect);
  void run(const FreezeShare& effect);
  void run(const RestoreShare& effect);
  void run(const OpenView& effect);
  void run(const OpenUrl& effect);
  void run(const CopyText& effect);
  void run(const CopyContext& effect);
  void run(const Download& effect);
  void run(const OpenFolder& effect);
  void run(const DeleteSession& effect);
  void run(const SavePreferences& effect);
  template <class LoopsOwn>
  void run(const LoopsOwn& effect);

  void say(std::string sentence) { inbox_.post(Said{.is_failure = false, .sentence = std::move(sentence)}); }
  /// What took it.
  [[nodiscard]] Result<std::string> copy(std::string_view text);
  void open(const std::string& url, std::string_view opened);
  [[nodiscard]] std::string view_of(const std::filesystem::path& session);

  Places places_;
  Inbox& inbox_;
  std::mutex viewing_;                               // two requests for one session get one view
  std::map<std::filesystem::path, HeldView> views_;  // by session; open as long as the TUI runs
  std::mutex saving_;
  std::mutex mutex_;              // of what follows
  std::deque<OpenedPage> pages_;  // the newest last
  std::optional<Preferences> unsaved_;
};

}  // namespace panko::tui
