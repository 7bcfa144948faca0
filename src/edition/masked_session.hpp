// A session with everything masked that its audience should not read: the session pass. It reads the session once as it
// is, with its side files, to learn every value (redact/redactor.hpp), and writes a masked copy of each file into a
// file without a name. Whatever is shown of it (pages, find, records, exports) is read from those copies alone, by the
// same readers as the original, so nothing that is made of them can hold what was masked. Any thread, one at a time; a
// Transcript that it gave out is immutable and outlives it. It reads files and takes a second for 200 MB, so the daemon
// calls it on its worker pool. The error is one sentence; then there is nothing to show.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/transcript.hpp"
#include "base/result.hpp"
#include "redact/redactor.hpp"

namespace panko {

/// How many different values are masked.
struct MaskedCounts {
  std::uint32_t secrets = 0;
  std::uint32_t personal = 0;
  bool operator==(const MaskedCounts&) const = default;
};

/// One value in one place, for the owner's review: a secret in one block, personal data in one turn.
struct SessionFinding {
  MaskedValue value;
  std::string anchor;      // of the first block that shows it, or whose record holds it; empty: of no block
  std::uint32_t turn = 0;  // prompts before it, itself included; 0: before the first one
  std::string kind;        // of that block: "tool", "user", ... (session/block.hpp); empty: of no block
  std::string context;     // one line, everything in it masked
  std::uint32_t count = 1;
};

/// A session of which everything is masked: nobody else can make one.
class MaskedTranscript : public Transcript {
 public:
  [[nodiscard]] const MaskedCounts& counts() const { return counts_; }
  /// Which of the two are masked at all.
  [[nodiscard]] bool has_secrets_masked() const { return secrets_; }
  [[nodiscard]] bool has_personal_masked() const { return personal_; }

 private:
  friend class MaskedSession;
  MaskedTranscript(Transcript transcript, MaskedCounts counts, const RedactionSettings& settings)
      : Transcript(std::move(transcript)), counts_(counts), secrets_(settings.secrets), personal_(settings.personal) {}

  MaskedCounts counts_;
  bool secrets_;
  bool personal_;
};

class MaskedSession {
 public:
  /// `deadline`: a pass that takes longer fails. `settings.users` is completed from the session's own directory.
  MaskedSession(std::filesystem::path path, std::optional<Snapshot> snapshot, std::string session_id,
                RedactionSettings settings, std::chrono::milliseconds deadline = std::chrono::minutes(2));
  ~MaskedSession();

  struct Step {
    MaskedTranscript transcript;
    bool is_continued = false;  // as TranscriptFollower::Step
  };
  /// The session as it is now, or as the snapshot shows it. What is there from the last time is used where the files
  /// have only grown, or not changed.
  [[nodiscard]] Result<Step> next();

  [[nodiscard]] MaskedCounts counts() const;
  /// In the order of the session.
  [[nodiscard]] Result<std::vector<SessionFinding>> findings() const;
  /// Bytes of the masked copies.
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace panko
