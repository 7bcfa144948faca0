// The files beside a Claude Code session that its records name: sub-agents' transcripts and spilled tool results.
// A transcript may lie, so only base names of safe characters are looked for, below the session's own folder and
// without following links. What is missing is no error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "agents/claude_file.hpp"
#include "session/outline.hpp"

namespace panko {

/// See Agent::side_files.
[[nodiscard]] std::vector<std::filesystem::path> claude_side_files(const std::filesystem::path& session);
/// The session that a sub-agent's file beside it says it belongs to.
[[nodiscard]] std::optional<std::filesystem::path> claude_session_of(const std::filesystem::path& subagent);

/// "<uuid>/tool-results/NAME" of a path that a record of `own` gives, when it is there and has at most
/// kLargestSideText.
[[nodiscard]] std::optional<std::string> read_spilled_result(const Source& own, const std::filesystem::path& session,
                                                             std::string_view recorded_path);

/// How a sub-agent's file begins: whose it is and what it was asked.
struct ClaudeOpening {
  std::string session_id;
  std::uint64_t prompt_hash = 0;
  bool is_whole = false;  // more of the file changes nothing
};

/// Finds and reads the sub-agents of one session: each file once, nested at most eight deep.
class ClaudeSubagents {
 public:
  /// `follows`: the same session will be read again and again; what was read of each file is kept for then.
  ClaudeSubagents(std::filesystem::path session, std::optional<WallTime> until, bool follows)
      : session_(std::move(session)), until_(until), follows_(follows) {}

  /// Before the session is read, or read on. What files hold now counts. `own`: the session's file.
  void begin(std::string session_id, const Source& own);
  [[nodiscard]] std::optional<Subagent> find(const ClaudeSpawn& spawn);

 private:
  /// What was read of an agent's file.
  struct Known {
    FileIdentity opened;  // as it was when it was looked into
    ClaudeOpening opening;
    FileIdentity read;
    std::uint64_t tail_hash = 0;  // of the bytes before where it was read to
    std::optional<ClaudeFile> file;
  };

  [[nodiscard]] const ClaudeOpening& opening_of(const std::string& agent_id, const Source& source);
  [[nodiscard]] std::optional<std::string> agent_with_prompt(std::uint64_t prompt_hash);
  [[nodiscard]] std::optional<Source> open(const std::string& agent_id);
  void list_agents();
  [[nodiscard]] Result<Outline> read(const std::string& agent_id, const Source& source);
  [[nodiscard]] Result<ClaudeFile*> read_on(Known& known, const Source& source) const;
  void read_meta(const std::string& agent_id, Subagent& subagent) const;

  std::filesystem::path session_;
  std::string session_id_;
  std::optional<WallTime> until_;
  bool follows_ = false;
  std::map<std::string, Known> known_;  // by agent
  // Since begin():
  std::optional<Source> own_;
  std::set<std::string> taken_;
  std::vector<std::string> agents_;  // that have a file, once listed
  boost::unordered_flat_map<std::uint64_t, std::string> agent_by_prompt_;
  bool listed_ = false;
  int depth_ = 0;
};

}  // namespace panko
