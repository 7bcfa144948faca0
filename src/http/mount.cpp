#include "http/mount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace panko {

namespace {

// A session pass that failed is made again after so many times what it took.
constexpr int kRestPerFailedPass = 10;
constexpr std::chrono::milliseconds kShortestRest{200};
constexpr std::chrono::minutes kLongestRest{10};

std::string key_of(const Route& route, bool takes_gzip) {
  return fmt::format("{}{}.{}.{}/{}/{}", takes_gzip ? 'z' : '-', static_cast<int>(route.kind),
                     static_cast<int>(route.where), route.index, route.anchor, route.text);
}

/// Whether the bytes that the snapshot ends with are still where they were.
bool snapshot_holds(const std::filesystem::path& path, const Snapshot& snapshot) {
  const auto source = Source::open(path);
  if (!source || source->size() < snapshot.end) return false;
  const auto length = std::min(snapshot.end, Snapshot::kTail);
  const auto tail = source->read({.offset = snapshot.end - length, .length = static_cast<std::uint32_t>(length)});
  return tail && to_hex(sha256(*tail)) == snapshot.tail_hash;
}

/// The agent only wrote on: what a snapshot shows is the same.
bool has_only_grown(const FileIdentity& before, const FileIdentity& now) {
  return before.device == now.device && before.inode == now.inode && before.size < now.size;
}

/// Whether what was found out about the file counts: it may have gone or been replaced meanwhile, and then whoever
/// looked later has the last word.
bool is_still_there(const FileIdentity& before, const std::filesystem::path& path) {
  const auto now = identify_file(path);
  return now && now->device == before.device && now->inode == before.inode;
}

/// What several visitors ask for is worth to be kept; pictures are large, and texts are many.
bool is_kept(Route::Kind kind) {
  return kind != Route::Kind::image && kind != Route::Kind::find;
}

Result<std::optional<std::string>> text_of(const Edition& edition, const Route& route, const PageContext& context) {
  const WindowAt at{.where = route.where, .anchor = route.anchor};
  switch (route.kind) {
    case Route::Kind::window: return edition.window(at);
    case Route::Kind::block: return edition.block_page(route.anchor, context);
    case Route::Kind::records: return edition.records_page(route.anchor, context);
    case Route::Kind::files: return edition.files_page(route.index, context);
    case Route::Kind::find: return edition.find(route.text, route.anchor);
    default: return edition.page(at, context);
  }
}

/// nullptr: there is no such place in the session.
Result<AnswerPtr> render(const Edition& edition, const Route& route, const PageContext& context, bool takes_gzip) {
  if (route.kind == Route::Kind::image) {
    auto image = edition.image(route.anchor, route.index);
    if (!image) return std::unexpected(std::move(image.error()));
    auto& found = *image;
    if (!found) return nullptr;
    return make_answer({.content_type = found->media_type}, std::move(found->bytes), takes_gzip);
  }
  auto text = text_of(edition, route, context);
  if (!text) return std::unexpected(std::move(text.error()));
  auto& found = *text;
  if (!found) return nullptr;
  const AnswerKind kind =
      route.kind == Route::Kind::find ? AnswerKind{.content_type = "application/json"} : AnswerKind{};
  return make_answer(kind, std::move(*found), takes_gzip);
}

}  // namespace

Mount::Mount(MountedSession session, std::string_view token, const Loop& loop, Place place,
             std::shared_ptr<Presence> presence)
    : session_(std::move(session)),
      loop_(loop),
      workshop_(std::move(place.workshop)),
      searches_(std::move(place.searches)),
      passes_(std::move(place.passes)),
      exports_(std::move(place.exports)),
      shelf_(std::move(place.shelf)),
      masked_(std::move(place.masked)),
      watch_(std::move(place.watch)),
      presence_(std::move(presence)),
      waiting_(loop) {
  session_.context.may_download = session_.may_download;
  session_.context.is_gated = session_.gate.has_value();
  if (session_.gate) keeper_.emplace(std::move(*session_.gate), token);
  presence_->tell(session_.on_view, session_.on_viewers);
}

Mount::~Mount() {
  shelf_->drop(owner_);
  masked_->drop(owner_);
}

Task<Mount::Outcome> Mount::answer(std::shared_ptr<Mount> mount, Route route, bool takes_gzip, IsWanted is_wanted) {
  const auto key = key_of(route, takes_gzip);
  Error why;
  // Twice: the file may have been replaced between the look at it and the reading.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto edition = co_await open_edition(mount);
    if (mount->ended_) co_return std::unexpected(410);
    if (!edition) co_return std::unexpected(500);
    if (!*edition) co_return std::unexpected(503);
    if (auto kept = mount->shelf_->page(mount->owner_, key)) co_return kept;

    auto made = co_await make(mount, **edition, route, takes_gzip, key, is_wanted);
    if (mount->ended_) co_return std::unexpected(410);
    if (!made) co_return std::unexpected(500);
    if (*made && !**made) co_return std::unexpected(404);
    if (*made) co_return std::move(**made);
    why = std::move(made->error());
    mount->shelf_->drop(mount->owner_);
  }
  mount->set_health(std::move(why));
  co_return std::unexpected(503);
}

Task<std::optional<Mount::Opened>> Mount::open_edition(std::shared_ptr<Mount> mount, bool look) {
  // One stat on the loop: 1 µs, where a trip to the worker pool and back costs twenty.
  const auto now = identify_file(mount->session_.path);
  if (!now) {
    mount->shelf_->drop(mount->owner_);
    mount->set_health(now.error());
    co_return std::unexpected(now.error());
  }
  auto kept = mount->shelf_->edition(mount->owner_);
  if (kept && *now == mount->identity_ && !look) co_return kept;
  if (mount->opening_ && !look) {
    auto landed = co_await Flight<Opened>::wait(mount->opening_);
    // What was written since that look began is shown, too.
    const bool is_current = mount->session_.snapshot || *now == mount->identity_;
    if (is_current || mount->ended_ || !landed || !*landed) co_return landed;
    kept = mount->shelf_->edition(mount->owner_);
  }
  while (mount->opening_) co_await Flight<Opened>::wait(mount->opening_);
  if (const auto* failure = mount->last_failure(*now)) co_return std::unexpected(*failure);

  const auto flight = mount->opening_ = std::make_shared<Flight<Opened>>(mount->loop_);
  const auto begun = Clock::now();
  std::optional<Opened> opened;
  if (mount->session_.snapshot) {
    opened = co_await open_snapshot(mount, kept, kept && has_only_grown(mount->identity_, *now));
  } else {
    opened = co_await open_live(mount, kept);
  }
  mount->opening_ = nullptr;
  const bool is_there = is_still_there(*now, mount->session_.path);
  // That a file was away says nothing of it once it is back.
  if (mount->session_.audience.redaction && is_there) mount->note_failure(*now, opened, Clock::now() - begun);
  if (opened && *opened && !mount->ended_) {
    const bool stays = **opened == kept && kept;
    mount->identity_ = stays ? *now : (**opened)->identity();
    mount->checked_ = mount->identity_;
    if (!stays) mount->shelf_->keep(mount->owner_, **opened);
  } else {
    mount->shelf_->drop(mount->owner_);
  }
  flight->land(opened);
  if (opened && is_there) mount->set_health(*opened ? std::nullopt : std::optional(opened->error()));
  co_return opened;
}

/// `may_stay`: the edition that is kept, where the file still has what it shows.
Task<std::optional<Mount::Opened>> Mount::open_snapshot(std::shared_ptr<Mount> mount, EditionPtr kept, bool may_stay) {
  const auto& session = mount->session_;
  const auto& audience = session.audience;
  const auto& snapshot = session.snapshot;
  if (may_stay && snapshot) {
    const auto holds = co_await mount->workshop_->run(
        [path = session.path, taken = *snapshot] { return snapshot_holds(path, taken); });
    if (holds && *holds) co_return kept;
  }
  if (!audience.redaction) {
    co_return co_await mount->workshop_->run(
        [path = session.path, snapshot = session.snapshot, hiding = audience.hiding] {
          return Edition::open(path, snapshot, {.redaction = std::nullopt, .hiding = hiding});
        });
  }
  auto masked = mount->masked_session();
  std::uint64_t bytes = 0;
  auto opened = co_await mount->passes_->run([masked, hiding = audience.hiding, &bytes]() -> Opened {
    auto step = masked->next();
    bytes = masked->bytes();
    if (!step) return std::unexpected(std::move(step.error()));
    return Edition::of(std::move(step->transcript), false, hiding);
  });
  mount->note_pass(masked, opened && *opened ? (**opened)->masked() : std::nullopt, bytes);
  co_return opened;
}

/// The one that is kept, or a new one, which has read nothing yet.
std::shared_ptr<MaskedSession> Mount::masked_session() {
  if (session_.masked) masked_->keep(owner_, std::exchange(session_.masked, nullptr), 0);
  if (auto kept = masked_->find(owner_)) return kept;
  if (auto followed = followed_.lock()) return followed;
  return std::make_shared<MaskedSession>(session_.path, session_.snapshot, session_.session_id,
                                         session_.audience.redaction.value_or(RedactionSettings()));
}

/// `counts`: nullopt: the pass failed, and the next one begins afresh.
void Mount::note_pass(const std::shared_ptr<MaskedSession>& masked, std::optional<MaskedCounts> counts,
                      std::uint64_t bytes) {
  if (!counts || ended_) {
    followed_.reset();
    return masked_->drop(owner_);
  }
  masked_->keep(owner_, masked, bytes);
  if (counts_ == counts) return;
  counts_ = counts;
  if (session_.on_masked) session_.on_masked(*counts);
}

void Mount::note_failure(const FileIdentity& now, const std::optional<Opened>& opened, std::chrono::nanoseconds cost) {
  failed_pass_.reset();
  if (opened && *opened) return;
  failed_pass_ = {.identity = now,
                  .why = opened ? opened->error() : Error{"The session could not be masked; the log says why."},
                  .until = Clock::now() + std::clamp<std::chrono::nanoseconds>(kRestPerFailedPass * cost, kShortestRest,
                                                                               kLongestRest)};
}

const Error* Mount::last_failure(const FileIdentity& now) const {
  const bool holds = failed_pass_ && failed_pass_->identity == now && Clock::now() < failed_pass_->until;
  return holds ? &failed_pass_->why : nullptr;
}

Task<void> Mount::prepare(std::shared_ptr<Mount> mount) {
  if (mount->session_.audience.redaction) co_await open_edition(mount);
}

Task<std::optional<Mount::Made>> Mount::make(std::shared_ptr<Mount> mount, EditionPtr edition, Route route,
                                             bool takes_gzip, std::string key, IsWanted is_wanted) {
  if (const auto found = mount->making_.find({edition, key}); found != mount->making_.end()) {
    co_return co_await Flight<Made>::wait(found->second);
  }
  const auto flight = std::make_shared<Flight<Made>>(mount->loop_);
  mount->making_.emplace(std::pair(edition, key), flight);
  const auto& shop = route.kind == Route::Kind::find ? mount->searches_ : mount->workshop_;
  auto made = co_await shop->run([edition, route, context = mount->session_.context,
                                  takes_gzip] { return render(*edition, route, context, takes_gzip); },
                                 [flight, is_wanted] { return is_wanted() || flight->has_waiters(); });
  mount->making_.erase({edition, key});
  if (made && *made && **made && is_kept(route.kind) && !mount->ended_)
    mount->shelf_->keep(mount->owner_, edition, key, **made);
  flight->land(made);
  co_return made;
}

Task<void> Mount::check(std::shared_ptr<Mount> mount) {
  const auto now = identify_file(mount->session_.path);
  if (mount->is_following_) co_return mount->has_changed();
  const auto& snapshot = mount->session_.snapshot;
  if (now && !snapshot) {
    co_await check_live(mount, *now);
    co_return;
  }
  if (now && *now != mount->checked_) {
    const auto holds = co_await mount->workshop_->run(
        [path = mount->session_.path, snapshot] { return snapshot && snapshot_holds(path, *snapshot); });
    if (!is_still_there(*now, mount->session_.path)) co_return;
    if (!holds || !*holds) {
      co_await open_edition(mount);  // tells the health itself
      co_return;
    }
    mount->checked_ = *now;
  }
  mount->set_health(now ? std::nullopt : std::optional(now.error()));
}

void Mount::was_requested() {
  if (session_.on_request) session_.on_request();
}

void Mount::was_loaded() {
  if (session_.on_page_load && !ended_) session_.on_page_load();
}

void Mount::was_entered() {
  if (entering_ == 0) return was_loaded();
  --entering_;
}

bool Mount::may_open() const {
  if (!keeper_ || !keeper_->counts_views()) return true;
  return !views_are_spent_ && (!session_.can_open || session_.can_open());
}

bool Mount::let_in() {
  if (keeper_ && keeper_->counts_views()) views_are_spent_ = !may_open() || (session_.on_open && !session_.on_open());
  if (!views_are_spent_) ++entering_;
  return !views_are_spent_;
}

void Mount::set_health(std::optional<Error> error) {
  const auto problem = error.transform([](const Error& why) { return why.message; });
  if (ended_ || problem == problem_) return;
  problem_ = problem;
  feed_.tell_problem(problem ? kNotReadable : std::string_view());
  if (session_.on_health) session_.on_health(std::move(error));
}

}  // namespace panko
