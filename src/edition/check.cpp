#include "edition/check.hpp"

#include "agents/transcript.hpp"

namespace panko {

namespace {

std::uint64_t count_blocks(const Outline& outline) {
  std::uint64_t count = outline.blocks.size();
  for (const Branch& branch : outline.branches) count += branch.blocks.size();
  for (const Subagent& subagent : outline.subagents) count += count_blocks(subagent.outline);
  return count;
}

}  // namespace

Result<CheckReport> check_session(const std::filesystem::path& path) {
  const auto transcript = Transcript::open(path);
  if (!transcript) return std::unexpected(transcript.error());
  const SessionFacts& facts = transcript->facts();
  CheckReport report{.id = facts.id,
                     .agent = transcript->agent().id,
                     .blocks = count_blocks(transcript->outline()),
                     .unreadable_lines = facts.unreadable_lines};
  if (facts.started_at && facts.ended_at)
    report.duration = std::chrono::duration_cast<std::chrono::seconds>(*facts.ended_at - *facts.started_at);
  return report;
}

}  // namespace panko
