#include "agents/transcript_follower.hpp"

#include <utility>

namespace panko {

Result<TranscriptFollower::Step> TranscriptFollower::next() {
  auto source = Source::open(path_);
  if (!source) return std::unexpected(std::move(source.error()));
  return next(std::move(*source));
}

Result<TranscriptFollower::Step> TranscriptFollower::next(Source source, const Agent* agent) {
  auto step = agent_ != nullptr && has_only_grown(source) ? read_on(std::move(source)) : read(std::move(source), agent);
  if (!step) {
    agent_ = nullptr;
    reader_.reset();
  }
  return step;
}

/// Or is as it was. What was rewritten in the middle without a trace at the end is not noticed where it grew as well;
/// agents do not do that.
bool TranscriptFollower::has_only_grown(const Source& source) const {
  const FileIdentity& now = source.identity();
  if (now.device != identity_.device || now.inode != identity_.inode || source.size() < end_) return false;
  if (now.size == identity_.size && now.modified_ns != identity_.modified_ns) return false;
  const auto hash = hash_before(source, end_);
  return hash && *hash == hash_;
}

Result<TranscriptFollower::Step> TranscriptFollower::read(Source source, const Agent* agent) {
  if (agent == nullptr) {
    auto found = find_agent(source, path_);
    if (!found) return std::unexpected(std::move(found.error()));
    agent = *found;
  }
  if (!session_id_.empty() && agent->summarise(source, path_).id != session_id_) return another_session(path_);
  agent_ = agent;
  reader_ = agent_->follow != nullptr ? agent_->follow(path_) : nullptr;
  auto step = read_on(std::move(source));
  if (step) step->is_continued = false;
  return step;
}

Result<TranscriptFollower::Step> TranscriptFollower::read_on(Source source) {
  auto outline = reader_ ? reader_->read_on(source) : agent_->read(source, path_, {});
  if (!outline) return std::unexpected(std::move(outline.error()));
  auto hash = hash_before(source, source.size());
  if (!hash) return std::unexpected(std::move(hash.error()));
  identity_ = source.identity();
  end_ = source.size();
  hash_ = std::move(*hash);
  return Step{.transcript = Transcript(*agent_, path_, std::move(source), std::move(*outline)), .is_continued = true};
}

}  // namespace panko
