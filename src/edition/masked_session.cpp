#include "edition/masked_session.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "agents/transcript_follower.hpp"
#include "edition/deadline.hpp"
#include "edition/finding_places.hpp"
#include "edition/masked_file.hpp"
#include "edition/side_files.hpp"
#include "edition/suspects.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

/// "/home/NAME/...", "/Users/NAME/...", "C:\Users\NAME\...": whose home directory it is. Empty: nobody's.
std::string user_of(std::string_view directory) {
  for (const std::string_view homes : {"/home/", "/Users/", "\\Users\\", "/users/", "/export/home/"}) {
    const auto at = directory.find(homes);
    if (at > 32) continue;  // nor is it there
    const std::string_view rest = directory.substr(at + homes.size());
    return std::string(rest.substr(0, rest.find_first_of("/\\")));
  }
  return {};
}

Result<void> mask_in_place(const SessionRedactor& redactor, std::string& text) {
  if (text.empty()) return {};
  auto masked = redactor.mask_text(text);
  if (!masked) return std::unexpected(std::move(masked.error()));
  text = std::move(*masked).take();
  return {};
}

/// Some of what the reader says of a session does not come from its records.
Result<void> mask_facts(const SessionRedactor& redactor, Outline& outline) {
  SessionFacts& facts = outline.facts;
  for (std::string* text : {&facts.title, &facts.cwd, &facts.git_branch})
    if (auto done = mask_in_place(redactor, *text); !done) return done;
  for (std::string& model : facts.models)
    if (auto done = mask_in_place(redactor, model); !done) return done;
  for (Subagent& subagent : outline.subagents) {
    for (std::string* text : {&subagent.type, &subagent.description})
      if (auto done = mask_in_place(redactor, *text); !done) return done;
    if (auto done = mask_facts(redactor, subagent.outline); !done) return done;
  }
  return {};
}

MaskedFile::Form form_of(const fs::path& side_file) {
  return side_file.extension() == ".jsonl" ? MaskedFile::Form::lines : MaskedFile::Form::whole;
}

/// The original as its agent reads it.
struct Original {
  Transcript transcript;
  ReadLimits limits;
  bool is_continued = false;
};

}  // namespace

struct MaskedSession::State {
  State(fs::path session, std::optional<Snapshot> until, std::string id, RedactionSettings how,
        std::chrono::milliseconds longest)
      : path(std::move(session)),
        snapshot(std::move(until)),
        session_id(std::move(id)),
        settings(std::move(how)),
        limit(longest) {
    forget();
  }

  void forget();
  [[nodiscard]] bool is_unchanged() const;
  [[nodiscard]] bool holds_snapshot(const Snapshot& shown) const;
  Result<bool> advance();
  Result<Original> read_original();
  Result<std::vector<OpenedFiles::Opened>> list_side_files(const Agent& agent);
  [[nodiscard]] bool can_go_on(const std::vector<OpenedFiles::Opened>& sides) const;
  void start_over(const Original& original);
  Result<void> learn(const Original& original, const std::vector<OpenedFiles::Opened>& sides, const Deadline& deadline);
  Result<void> learn_file(MaskedFile& file, const Source& source, const OriginPtr& origin, const Deadline& deadline);
  Result<bool> write(bool is_fresh, const Deadline& deadline);
  Result<bool> read_copy(const Original& original, bool is_continued);
  [[nodiscard]] MaskedFile* find(const FileKey& key) const;

  // What was asked for.
  fs::path path;
  std::optional<Snapshot> snapshot;
  std::string session_id;
  RedactionSettings settings;
  std::chrono::milliseconds limit;

  // Since it was last read from the front.
  std::shared_ptr<OpenedFiles> opened;
  TranscriptFollower originals{path, session_id};
  TranscriptFollower copies{path, {}};
  std::unique_ptr<SessionRedactor> redactor;  // nullptr: nothing was read yet
  Suspects suspects;
  std::vector<std::unique_ptr<MaskedFile>> files;  // the session's own first
  std::vector<MaskedFile*> learnt;                 // and not yet written
  std::uint64_t known = 0;                         // when it was written last
  std::shared_ptr<const Transcript> transcript;    // nullptr: nothing was written yet
};

void MaskedSession::State::forget() {
  opened = std::make_shared<OpenedFiles>();
  originals = TranscriptFollower(path, session_id);
  copies = TranscriptFollower(path, {});
  redactor.reset();
  suspects = Suspects();
  files.clear();
  learnt.clear();
  known = 0;
  transcript.reset();
}

MaskedFile* MaskedSession::State::find(const FileKey& key) const {
  const auto found =
      std::ranges::find_if(files, [&](const auto& file) { return key_of(file->original().identity()) == key; });
  return found == files.end() ? nullptr : found->get();
}

bool MaskedSession::State::is_unchanged() const {
  if (!transcript) return false;
  if (const auto& shown = snapshot) return holds_snapshot(*shown);
  std::set<std::string_view> known_files;
  for (const auto& file : files) {
    if (const auto now = identify_file(file->path()); !now || *now != file->original().identity()) return false;
    known_files.insert(file->path().native());
  }
  if (transcript->agent().side_files == nullptr) return true;
  return std::ranges::all_of(transcript->agent().side_files(path), [&](const fs::path& side) {
    return known_files.contains((path.parent_path() / side).native());
  });
}

/// Whether the file still has what the snapshot shows of it. Of the files beside it, it shows what there was.
bool MaskedSession::State::holds_snapshot(const Snapshot& shown) const {
  const Source& own = files.front()->original();
  const auto now = Source::open(path);
  if (!now) return false;
  if (now->identity() == own.identity()) return true;
  if (key_of(now->identity()) != key_of(own.identity()) || own.size() != shown.end || now->size() < own.size())
    return false;
  const auto hash = hash_before(*now, shown.end);
  return hash && *hash == shown.tail_hash;
}

Result<Original> MaskedSession::State::read_original() {
  (void)opened->take();
  if (snapshot) {
    auto session = open_session(path, snapshot);
    if (!session) return std::unexpected(std::move(session.error()));
    session->source.set_filter(opened);
    const ReadLimits limits = session->limits;
    auto read = Transcript::read(std::move(*session), path);
    if (!read) return std::unexpected(std::move(read.error()));
    return Original{.transcript = std::move(*read), .limits = limits, .is_continued = false};
  }
  auto source = Source::open(path);
  if (!source) return std::unexpected(std::move(source.error()));
  source->set_filter(opened);
  auto step = originals.next(std::move(*source));
  if (!step) return std::unexpected(std::move(step.error()));
  return Original{.transcript = std::move(step->transcript), .limits = {}, .is_continued = step->is_continued};
}

/// Those that the reader has just opened, and those of which only the agent knows. Each once.
Result<std::vector<OpenedFiles::Opened>> MaskedSession::State::list_side_files(const Agent& agent) {
  std::vector<OpenedFiles::Opened> all = opened->take();
  if (agent.side_files != nullptr)
    for (const fs::path& side : agent.side_files(path))
      if (auto source = Source::open_below(path.parent_path(), side))
        all.push_back({.path = path.parent_path() / side, .source = std::move(*source), .origin = nullptr});
  std::map<FileKey, std::size_t> seen;
  std::vector<OpenedFiles::Opened> sides;
  for (OpenedFiles::Opened& side : all) {
    const auto [known_at, is_new] = seen.try_emplace(key_of(side.source.identity()), sides.size());
    if (is_new) {
      sides.push_back(std::move(side));
    } else if (side.origin) {
      sides[known_at->second].origin = std::move(side.origin);
    }
  }
  return sides;
}

bool MaskedSession::State::can_go_on(const std::vector<OpenedFiles::Opened>& sides) const {
  return std::ranges::all_of(sides, [&](const OpenedFiles::Opened& side) {
    const MaskedFile* file = find(key_of(side.source.identity()));
    if (file != nullptr) return file->can_go_on(side.source);
    // Another one in the place of one that was there.
    return std::ranges::none_of(files, [&](const auto& known_file) { return known_file->path() == side.path; });
  });
}

void MaskedSession::State::start_over(const Original& original) {
  copies = TranscriptFollower(path, {});
  suspects = Suspects();
  files.clear();
  learnt.clear();
  RedactionSettings all = settings;
  std::string user = user_of(original.transcript.facts().cwd);
  if (!user.empty() && std::ranges::find(all.users, user) == all.users.end()) all.users.push_back(std::move(user));
  redactor = std::make_unique<SessionRedactor>(std::move(all));
}

Result<void> MaskedSession::State::learn_file(MaskedFile& file, const Source& source, const OriginPtr& origin,
                                              const Deadline& deadline) {
  const FileKey key = key_of(source.identity());
  learnt.push_back(&file);
  return file.learn(
      source, *redactor,
      [&](ByteRange record, const JsonValue& object) { return origin ? origin : suspects.of(key, record, object); },
      deadline);
}

Result<void> MaskedSession::State::learn(const Original& original, const std::vector<OpenedFiles::Opened>& sides,
                                         const Deadline& deadline) {
  const Source& own = original.transcript.source();
  if (files.empty()) {
    const Agent& agent = original.transcript.agent();
    const auto lists = agent.record_lists == nullptr ? std::span<const std::string_view>() : agent.record_lists(own);
    files.push_back(std::make_unique<MaskedFile>(own, path, lists));
  }
  if (auto done = learn_file(*files.front(), own, nullptr, deadline); !done) return done;
  for (const OpenedFiles::Opened& side : sides) {
    MaskedFile* file = find(key_of(side.source.identity()));
    if (file != nullptr && file->original().identity() == side.source.identity()) continue;
    if (file == nullptr)
      file = files.emplace_back(std::make_unique<MaskedFile>(side.source, side.path, form_of(side.path))).get();
    if (auto done = learn_file(*file, side.source, side.origin, deadline); !done) return done;
  }
  return {};
}

/// Whether what was written before is still as it was.
Result<bool> MaskedSession::State::write(bool is_fresh, const Deadline& deadline) {
  bool stays = true;
  if (!is_fresh && redactor->known() != known) {
    // A value that was learnt late may stand anywhere.
    for (const auto& file : files) {
      const auto is_another = file->write_afresh(*redactor, deadline);
      if (!is_another) return std::unexpected(is_another.error());
      stays = stays && !*is_another;
    }
  } else {
    for (MaskedFile* file : learnt)
      if (auto done = file->write(*redactor, deadline); !done) return std::unexpected(done.error());
  }
  learnt.clear();
  known = redactor->known();
  return stays;
}

/// Whether it goes on from the one before.
Result<bool> MaskedSession::State::read_copy(const Original& original, bool is_continued) {
  std::map<FileKey, Source> masked;
  for (std::size_t i = 1; i < files.size(); ++i) {
    if (!files[i]->is_shown()) continue;
    auto copy = files[i]->copy();
    if (!copy) return std::unexpected(std::move(copy.error()));
    masked.emplace(key_of(copy->identity()), std::move(*copy));
  }
  auto own = files.front()->copy();
  if (!own) return std::unexpected(std::move(own.error()));
  own->set_filter(std::make_shared<const SideCopies>(std::move(masked)));

  const Agent* agent = &original.transcript.agent();
  Result<Transcript> read = std::unexpected(Error());
  if (snapshot) {
    read = Transcript::read({.agent = agent, .source = std::move(*own), .limits = original.limits}, path);
  } else {
    if (!is_continued) copies = TranscriptFollower(path, {});
    auto step = copies.next(std::move(*own), agent);
    if (!step) return std::unexpected(std::move(step.error()));
    is_continued = is_continued && step->is_continued;
    read = std::move(step->transcript);
  }
  if (!read) return std::unexpected(std::move(read.error()));

  std::string shown_path = read->shown_path();
  if (auto done = mask_in_place(*redactor, shown_path); !done) return std::unexpected(std::move(done.error()));
  Result<void> done;
  Transcript copy = std::move(*read)
                        .changed([&](Outline& outline) { done = mask_facts(*redactor, outline); })
                        .called(std::move(shown_path));
  if (!done) return std::unexpected(std::move(done.error()));
  transcript = std::make_shared<const Transcript>(std::move(copy));
  return is_continued;
}

/// The transcript as it is now; whether it goes on from the one before.
Result<bool> MaskedSession::State::advance() {
  const Deadline deadline(limit);
  auto original = read_original();
  if (!original) return std::unexpected(std::move(original.error()));
  bool is_fresh = files.empty() || !original->is_continued;
  auto sides = list_side_files(original->transcript.agent());
  if (!sides) return std::unexpected(std::move(sides.error()));
  is_fresh = is_fresh || !can_go_on(*sides);
  if (is_fresh) start_over(*original);

  if (auto done = suspects.update(original->transcript, *opened, deadline); !done)
    return std::unexpected(std::move(done.error()));
  for (OpenedFiles::Opened& result : opened->take()) {
    const auto side = std::ranges::find(*sides, key_of(result.source.identity()),
                                        [](const auto& known_side) { return key_of(known_side.source.identity()); });
    if (side == sides->end()) {
      sides->push_back(std::move(result));
    } else if (result.origin) {
      side->origin = std::move(result.origin);
    }
  }
  if (auto done = learn(*original, *sides, deadline); !done) return std::unexpected(std::move(done.error()));
  const auto stays = write(is_fresh, deadline);
  if (!stays) return std::unexpected(stays.error());
  return read_copy(*original, !is_fresh && *stays);
}

MaskedSession::MaskedSession(fs::path path, std::optional<Snapshot> snapshot, std::string session_id,
                             RedactionSettings settings, std::chrono::milliseconds deadline)
    : state_(std::make_unique<State>(std::move(path), std::move(snapshot), std::move(session_id), std::move(settings),
                                     deadline)) {}
MaskedSession::~MaskedSession() = default;

Result<MaskedSession::Step> MaskedSession::next() {
  bool is_continued = true;
  if (!state_->is_unchanged()) {
    const auto advanced = state_->advance();
    if (!advanced) {
      // Nothing of a pass that failed is used again.
      state_->forget();
      return std::unexpected(advanced.error());
    }
    is_continued = *advanced;
  }
  return Step{.transcript = MaskedTranscript(*state_->transcript, counts(), state_->settings),
              .is_continued = is_continued};
}

MaskedCounts MaskedSession::counts() const {
  MaskedCounts counts;
  if (!state_->redactor) return counts;
  for (const MaskedValue& value : state_->redactor->values())
    if (value.is_found && !value.is_allowed) ++(value.is_personal ? counts.personal : counts.secrets);
  return counts;
}

Result<std::vector<SessionFinding>> MaskedSession::findings() const {
  if (!state_->transcript) return fail("This session has not been looked through yet.");
  std::vector<FilePlaces> places;
  for (const auto& file : state_->files)
    places.push_back({.file = key_of(file->original().identity()),
                      .name = file->path().filename().native(),
                      .places = file->places()});
  return find_places(*state_->transcript, *state_->redactor, places);
}

std::uint64_t MaskedSession::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : state_->files) sum += file->size();
  return sum;
}

}  // namespace panko
