// Follows a session that is being written: each next() gives it as it is now, read on from where the last one stood
// where its file only grew, else read afresh. For one thread at a time; it reads files, so never on the daemon's loop.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "agents/agent.hpp"
#include "agents/transcript.hpp"
#include "base/result.hpp"

namespace panko {

class TranscriptFollower {
 public:
  /// `session_id`: a file that holds another session is an error then. Empty: whatever it holds is shown.
  TranscriptFollower(std::filesystem::path path, std::string session_id)
      : path_(std::move(path)), session_id_(std::move(session_id)) {}

  struct Step {
    Transcript transcript;
    bool is_continued = false;  // all that the one before had was still there when this one was read
  };
  /// The session with its side files as they are now, changed or not.
  [[nodiscard]] Result<Step> next();
  /// The same of bytes that were opened already, or stand in the place of the file's. `agent`: whose they are known to
  /// be; nullptr: they say so.
  [[nodiscard]] Result<Step> next(Source source, const Agent* agent = nullptr);

 private:
  [[nodiscard]] bool has_only_grown(const Source& source) const;
  Result<Step> read(Source source, const Agent* agent);
  Result<Step> read_on(Source source);

  std::filesystem::path path_;
  std::string session_id_;
  // Of the last one that was read, if any:
  const Agent* agent_ = nullptr;
  std::unique_ptr<SessionReader> reader_;  // nullptr: this agent's sessions are always read afresh
  FileIdentity identity_;
  std::uint64_t end_ = 0;
  std::string hash_;  // of the bytes before `end_`
};

}  // namespace panko
