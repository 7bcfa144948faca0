// One session at one token: its edition opened when somebody comes, its pages made on the worker pool, each once
// however many want it. Before every answer the file is looked at again, so that nothing stale and never another
// session is published. What is to be masked is read from the copies of a session pass alone: where there is none,
// there is no answer. Lives on the loop.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "edition/download.hpp"
#include "edition/follow.hpp"
#include "http/answer.hpp"
#include "http/gate_keeper.hpp"
#include "http/live_feed.hpp"
#include "http/live_watch.hpp"
#include "http/masked_shelf.hpp"
#include "http/presence.hpp"
#include "http/routes.hpp"
#include "http/server.hpp"
#include "http/shelf.hpp"
#include "http/task.hpp"
#include "http/workshop.hpp"

namespace panko {

class Mount {
 public:
  /// What all mounts of a server share.
  struct Place {
    std::shared_ptr<Workshop> workshop;
    std::shared_ptr<Workshop> searches;  // so that who searches a lot does not hold up who reads
    std::shared_ptr<Workshop> passes;    // over whole sessions: few at a time, each takes seconds
    std::shared_ptr<Workshop> exports;   // likewise
    std::shared_ptr<Shelf> shelf;
    std::shared_ptr<MaskedShelf> masked;
    std::shared_ptr<LiveWatch> watch;
  };
  /// `presence`: of the mount before it, whose pages are still open.
  Mount(MountedSession session, std::string_view token, const Loop& loop, Place place,
        std::shared_ptr<Presence> presence);
  ~Mount();
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  /// For a page, block or image. The error is the status to answer with: 404, 410, 500 or 503. Nothing is made for a
  /// visitor who has left before its turn came.
  using Outcome = std::expected<AnswerPtr, unsigned>;
  using IsWanted = std::function<bool()>;
  static Task<Outcome> answer(std::shared_ptr<Mount> mount, Route route, bool takes_gzip, IsWanted is_wanted);

  /// The session as a file, made once for all who want it now. The error is a status, as above.
  using Exported = std::expected<std::shared_ptr<const Download>, unsigned>;
  static Task<Exported> download(std::shared_ptr<Mount> mount, ExportFormat format, IsWanted is_wanted);
  /// In which formats it may be taken along.
  [[nodiscard]] bool may_download() const { return session_.may_download; }
  [[nodiscard]] bool may_download_records() const { return may_download() && !session_.audience.hiding.any(); }

  /// on_health hears whether the session can be read. Reads as little as proves it.
  static Task<void> check(std::shared_ptr<Mount> mount);

  /// An open page that shows `version`: from now on the stream gets what changes. It counts the page already.
  static void listen(const std::shared_ptr<Mount>& mount, const std::string& token, std::string version,
                     const std::shared_ptr<LiveStream>& stream);

  /// Makes the edition now, if that takes a session pass.
  static Task<void> prepare(std::shared_ptr<Mount> mount);

  /// nullptr: whoever has the link is let in.
  [[nodiscard]] GateKeeper* keeper() { return keeper_ ? &*keeper_ : nullptr; }
  [[nodiscard]] const GateKeeper* keeper() const { return keeper_ ? &*keeper_ : nullptr; }
  /// Whether there is a view left for somebody new, if they are counted.
  [[nodiscard]] bool may_open() const;
  /// Somebody new is let in. False: no view is left.
  [[nodiscard]] bool let_in();

  void was_requested();
  /// A page was given out by the share's link: the session's, or the form in front of it.
  void was_loaded();
  /// The session's, to somebody who may just have been let in: then the form was the load.
  void was_entered();
  void was_seen(const Seen& seen) { presence_->saw(seen); }
  [[nodiscard]] const std::shared_ptr<Presence>& presence() const { return presence_; }
  [[nodiscard]] bool has_ended() const { return ended_; }
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
  static Task<std::optional<Opened>> open_snapshot(std::shared_ptr<Mount> mount, EditionPtr kept, bool may_stay);
  static Task<std::optional<Opened>> open_live(std::shared_ptr<Mount> mount, EditionPtr kept);
  std::shared_ptr<MaskedSession> masked_session();
  void note_pass(const std::shared_ptr<MaskedSession>& masked, std::optional<MaskedCounts> counts, std::uint64_t bytes);
  void note_failure(const FileIdentity& now, const std::optional<Opened>& opened, std::chrono::nanoseconds cost);
  [[nodiscard]] const Error* last_failure(const FileIdentity& now) const;
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
  std::shared_ptr<Workshop> searches_;
  std::shared_ptr<Workshop> passes_;
  std::shared_ptr<Workshop> exports_;
  std::shared_ptr<Shelf> shelf_;
  std::shared_ptr<MaskedShelf> masked_;
  std::shared_ptr<LiveWatch> watch_;
  std::shared_ptr<Presence> presence_;
  std::optional<GateKeeper> keeper_;
  bool views_are_spent_ = false;
  std::size_t entering_ = 0;  // were let in, and did not load the page yet
  /// A session pass that failed is not made again at once, whoever comes.
  struct FailedPass {
    FileIdentity identity;
    Error why;
    Clock::time_point until;
  };
  std::optional<FailedPass> failed_pass_;
  std::optional<MaskedCounts> counts_;  // as on_masked was told
  Shelf::Owner owner_ = Shelf::new_owner();
  bool ended_ = false;
  std::optional<std::string> problem_;  // with the session, as on_health was told
  FileIdentity identity_;               // of the file that the kept edition shows
  FileIdentity checked_;                // of the file that was last proven to be the session
  std::shared_ptr<Flight<Opened>> opening_;
  std::map<std::pair<EditionPtr, std::string>, std::shared_ptr<Flight<Made>>> making_;
  struct Export {
    EditionPtr edition;  // while it is made
    std::shared_ptr<Flight<Result<std::shared_ptr<const Download>>>> flight;
    std::weak_ptr<const Edition> of;  // what `made` shows
    std::weak_ptr<const Download> made;
  };
  std::map<ExportFormat, Export> exporting_;

  /// For the pages of strangers: no path, no name.
  static constexpr std::string_view kNotReadable = "This session cannot be read at the moment.";
  // Without a snapshot:
  std::weak_ptr<Follower> follower_;         // lives as long as an edition of it
  std::weak_ptr<MaskedSession> followed_;    // what it follows, where that is masked
  std::shared_ptr<Follower> follower_kept_;  // while pages are open
  LiveFeed feed_;
  Timer waiting_;
  bool is_waiting_ = false;
  bool is_following_ = false;
  bool changed_ = false;
};

}  // namespace panko
