// An edition that follows a session as it is written: each step gives the session as it is now, and what the open pages
// of the step before have to change to show the same (docs/page.md, "Live"). For one thread at a time; it reads files
// and renders, so the daemon calls it on its worker pool.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "agents/transcript_follower.hpp"
#include "base/result.hpp"
#include "edition/audience.hpp"
#include "edition/edition.hpp"
#include "edition/masked_session.hpp"
#include "edition/page_change.hpp"

namespace panko {

class Follower {
 public:
  /// The original. `session_id`: another session in the file is an error. Empty: whatever it holds is shown.
  Follower(std::filesystem::path path, std::string session_id, const Hiding& hiding = {})
      : path_(path), transcripts_(std::move(path), std::move(session_id)), hiding_(hiding) {}
  /// The masked session, which nobody else uses meanwhile. `path`: its file.
  Follower(std::filesystem::path path, std::shared_ptr<MaskedSession> masked, const Hiding& hiding)
      : path_(path), transcripts_(std::move(path), {}), masked_(std::move(masked)), hiding_(hiding) {}

  struct Step {
    std::shared_ptr<const Edition> edition;
    std::string version;  // of it
    std::string change;   // members of a JSON object that lead here from the step before; empty: nothing does
    std::string from;     // the version of that step
  };
  /// The same edition again where neither the session nor its side files have changed.
  [[nodiscard]] Result<Step> next();

 private:
  struct Read {
    std::shared_ptr<const Edition> edition;
    bool is_continued = false;
  };
  [[nodiscard]] Result<Read> read();
  [[nodiscard]] std::uint64_t files_now() const;

  std::filesystem::path path_;
  TranscriptFollower transcripts_;
  std::shared_ptr<MaskedSession> masked_;  // in the place of them
  Hiding hiding_;
  std::shared_ptr<const Edition> edition_;
  PageModel model_;  // of edition_
  std::uint64_t files_ = 0;
};

}  // namespace panko
