#include "agents/claude.hpp"
#include "agents/claude_file.hpp"
#include "agents/claude_side_files.hpp"

namespace panko {

namespace {

Outline outline_of(ClaudeFile& file, const Source& source, const std::filesystem::path& path,
                   ClaudeSubagents& subagents) {
  SessionFacts named;
  complete_claude_facts(named, file.builder().facts().session_ids(), path);
  subagents.begin(named.id, source);
  Outline outline = file.builder().finish([&](const ClaudeSpawn& spawn) { return subagents.find(spawn); });
  outline.facts.id = std::move(named.id);
  if (outline.facts.title.empty()) outline.facts.title = std::move(named.title);
  outline.facts.unreadable_lines = file.unreadable_lines();
  return outline;
}

class ClaudeReader : public SessionReader {
 public:
  explicit ClaudeReader(const std::filesystem::path& path) : path_(path), subagents_(path, std::nullopt, true) {}

  Result<Outline> read_on(const Source& source) override {
    if (source.size() < file_.read_to()) file_ = ClaudeFile();
    if (const auto read = file_.read_on(source); !read) return std::unexpected(read.error());
    return outline_of(file_, source, path_, subagents_);
  }

 private:
  std::filesystem::path path_;
  ClaudeFile file_;
  ClaudeSubagents subagents_;
};

}  // namespace

Result<Outline> read_claude(const Source& source, const std::filesystem::path& path, const ReadLimits& limits) {
  ClaudeFile file(limits.records_until);
  if (const auto read = file.read_whole(source); !read) return std::unexpected(read.error());
  ClaudeSubagents subagents(path, limits.side_records_until, false);
  return outline_of(file, source, path, subagents);
}

std::unique_ptr<SessionReader> follow_claude(const std::filesystem::path& path) {
  return std::make_unique<ClaudeReader>(path);
}

}  // namespace panko
