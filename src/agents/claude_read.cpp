#include "agents/claude.hpp"
#include "agents/claude_outline.hpp"
#include "agents/claude_side_files.hpp"

namespace panko {

Result<Outline> read_claude(const Source& source, const std::filesystem::path& path, const ReadLimits& limits) {
  ClaudeOutlineBuilder builder(limits.records_until);
  const auto unreadable = builder.add_all(source);
  if (!unreadable) return std::unexpected(unreadable.error());
  SessionFacts named;
  complete_claude_facts(named, builder.facts().session_ids(), path);

  ClaudeSubagents subagents(path, named.id, limits.side_records_until);
  Outline outline = builder.finish([&](const ClaudeSpawn& spawn) { return subagents.find(spawn); });
  outline.facts.id = std::move(named.id);
  if (outline.facts.title.empty()) outline.facts.title = std::move(named.title);
  outline.facts.unreadable_lines = *unreadable;
  return outline;
}

}  // namespace panko
