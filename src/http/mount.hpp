// One session at one token: its edition opened when somebody comes, its pages made on the worker pool, each once
// however many want it. Before every answer the file is looked at again, so that nothing stale and never another
// session is published. Lives on the loop.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "edition/follow.hpp"
#include "http/answer.hpp"
#include "http/live_feed.hpp"
#include "http/live_watch.hpp"
#include "http/routes.hpp"
#include "http/server.hpp"
#include "http/shelf.hpp"
#include "http/task.hpp"
#include "http/workshop.hpp"

namespace panko {

class Mount {
 public:
  Mount(MountedSession session, const Loop& loop, std::shared_ptr<Workshop> workshop, std::shared_ptr<Shelf> shelf,
        std::shared_ptr<LiveWatch> watch)
      : session_(std::move(session)),
        loop_(loop),
        workshop_(std::move(workshop)),
        shelf_(std::move(shelf)),
        watch_(std::move(watch)),
        waiting_(loop) {}
  ~Mount() { shelf_->drop(owner_); }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  /// For a page, block or image. The error is the status to answer with: 404, 410, 500 or 503. Nothing is made for a
  /// visitor who has left before its turn came.
  using Outcome = std::expected<AnswerPtr, unsigned>;
  using IsWanted = std::function<bool()>;
  static Task<Outcome> answer(std::shared_ptr<Mount> mount, Route route, bool takes_gzip, IsWanted is_wanted);

  /// on_health hears whether the session can be read. Reads as little as proves it.
  static Task<void> check(std::shared_ptr<Mount> mount);

  /// An open page that shows `version`: from now on the stream gets what changes. It counts the page already.
  static void listen(const std::shared_ptr<Mount>& mount, const std::string& token, std::string version,
                     const std::shared_ptr<LiveStream>& stream);

  void was_requested();
  void was_loaded();
  /// For good.
  void end();
  /// Another mount takes its place.
  void give_way(const MountedSession& next);

 private:
  using EditionPtr = std::shared_ptr<const Edition>;
  using Opened = Result<EditionPtr>;
  using Made = Result<AnswerPtr>;  // nullptr: there is no such place in the session

  /// `look`: at the side files too, and not at what somebody else has just seen.
  static Task<std::optional<Opened>> open_edition(std::shared_ptr<Mount> mount, bool look = false);
  static Task<void> check_live(std::shared_ptr<Mount> mount, FileIdentity now);
  static Task<std::optional<Opened>> open_live(std::shared_ptr<Mount> mount, EditionPtr kept);
  static Task<std::optional<Made>> make(std::shared_ptr<Mount> mount, EditionPtr edition, Route route, bool takes_gzip,
                                        std::string key, IsWanted is_wanted);
  void set_health(std::optional<Error> error);
  void end_with(std::string_view reason);
  static Task<void> follow(std::shared_ptr<Mount> mount);
  Task<void> wait_for_change(std::chrono::nanoseconds cost);
  void has_changed();

  MountedSession session_;
  Loop loop_;
  std::shared_ptr<Workshop> workshop_;
  std::shared_ptr<Shelf> shelf_;
  std::shared_ptr<LiveWatch> watch_;
  Shelf::Owner owner_ = Shelf::new_owner();
  bool ended_ = false;
  std::optional<std::string> problem_;  // with the session, as on_health was told
  FileIdentity identity_;               // of the file that the kept edition shows
  FileIdentity checked_;                // of the file that was last proven to be the session
  std::shared_ptr<Flight<Opened>> opening_;
  std::map<std::pair<EditionPtr, std::string>, std::shared_ptr<Flight<Made>>> making_;

  /// For the pages of strangers: no path, no name.
  static constexpr std::string_view kNotReadable = "This session cannot be read at the moment.";
  // Without a snapshot:
  std::weak_ptr<Follower> follower_;         // lives as long as an edition of it
  std::shared_ptr<Follower> follower_kept_;  // while pages are open
  LiveFeed feed_;
  Timer waiting_;
  bool is_waiting_ = false;
  bool is_following_ = false;
  bool changed_ = false;
};

}  // namespace panko
