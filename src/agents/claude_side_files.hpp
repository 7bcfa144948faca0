// The files beside a Claude Code session that its records name: sub-agents' transcripts and spilled tool results.
// A transcript may lie, so only base names of safe characters are looked for, below the session's own folder and
// without following links. What is missing is no error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "agents/claude_outline.hpp"
#include "session/outline.hpp"

namespace panko {

/// See Agent::side_files.
[[nodiscard]] std::vector<std::filesystem::path> claude_side_files(const std::filesystem::path& session);
/// The session that a sub-agent's file beside it says it belongs to.
[[nodiscard]] std::optional<std::filesystem::path> claude_session_of(const std::filesystem::path& subagent);

/// "<uuid>/tool-results/NAME" of a path that a record gives, when it is there and has at most 4 MiB.
[[nodiscard]] std::optional<std::string> read_spilled_result(const std::filesystem::path& session,
                                                             std::string_view recorded_path);

/// Finds and reads the sub-agents of one session: each file once, nested at most eight deep.
class ClaudeSubagents {
 public:
  ClaudeSubagents(const std::filesystem::path& session, std::string session_id, std::optional<WallTime> until)
      : session_(session), session_id_(std::move(session_id)), until_(until) {}

  [[nodiscard]] std::optional<Subagent> find(const ClaudeSpawn& spawn);

 private:
  [[nodiscard]] std::optional<std::string> agent_with_prompt(std::uint64_t prompt_hash);
  [[nodiscard]] std::optional<Source> open(const std::string& agent_id) const;
  void list_agents();
  [[nodiscard]] Result<Outline> read(const Source& source);
  void read_meta(const std::string& agent_id, Subagent& subagent) const;

  const std::filesystem::path& session_;
  std::string session_id_;
  std::optional<WallTime> until_;
  std::set<std::string> taken_;
  std::vector<std::string> agents_;  // that have a file, once listed
  boost::unordered_flat_map<std::uint64_t, std::string> agent_by_prompt_;
  bool listed_ = false;
  int depth_ = 0;
};

}  // namespace panko
