#include "edition/follow.hpp"

#include <utility>

#include "agents/agent.hpp"
#include "edition/session_pages.hpp"

namespace panko {

namespace {

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9E37'79B9'7F4A'7C15;
  return state ^ (state >> 29);
}

std::uint64_t mix(std::uint64_t state, const FileIdentity& file) {
  return mix(mix(mix(mix(state, file.device), file.inode), file.size), static_cast<std::uint64_t>(file.modified_ns));
}

}  // namespace

/// A hash that is another one as soon as anything of the session may have been written.
std::uint64_t Follower::files_now() const {
  std::uint64_t state = 1;
  if (const auto own = identify_file(path_)) state = mix(state, *own);
  const Transcript& transcript = edition_->pages().transcript();
  if (transcript.agent().side_files != nullptr) {
    for (const auto& file : transcript.agent().side_files(path_))
      if (const auto side = identify_file(path_.parent_path() / file)) state = mix(state, *side);
  }
  // Some lie where nobody else would look.
  for (const Subagent& subagent : transcript.outline().subagents)
    if (subagent.source) state = mix(state, subagent.source->identity_now());
  return state;
}

Result<Follower::Read> Follower::read() {
  if (masked_) {
    auto step = masked_->next();
    if (!step) return std::unexpected(std::move(step.error()));
    return Read{Edition::of(std::move(step->transcript), true, hiding_), step->is_continued};
  }
  auto step = transcripts_.next();
  if (!step) return std::unexpected(std::move(step.error()));
  return Read{Edition::of(std::move(step->transcript), true, hiding_), step->is_continued};
}

Result<Follower::Step> Follower::next() {
  const std::uint64_t before_reading = edition_ ? files_now() : 0;
  if (edition_ && before_reading == files_) return Step{edition_, version_text(edition_->pages().version()), {}, {}};

  auto read_now = read();
  if (!read_now) return std::unexpected(std::move(read_now.error()));
  const auto& edition = read_now->edition;
  PageModel model(edition->pages());
  Step step{.edition = edition, .version = version_text(edition->pages().version()), .change = {}, .from = {}};
  if (edition_ && read_now->is_continued && edition->pages().version() != edition_->pages().version()) {
    step.change = page_change(edition_->pages(), model_, edition->pages(), model);
    step.from = version_text(edition_->pages().version());
  }
  // The first time nobody knew its side files yet: the next look finds out.
  files_ = edition_ ? before_reading : 0;
  edition_ = edition;
  model_ = std::move(model);
  return step;
}

}  // namespace panko
