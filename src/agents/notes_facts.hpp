// What the notes of a session's records say of it as a whole: collected record by record, by the outline and by the
// digest alike. Whoever adds takes care that a record is added once.
// Not for use by several threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "agents/record_notes.hpp"
#include "session/outline.hpp"

namespace panko {

class NotesFacts {
 public:
  /// Of a record that is not shown on the main line, only the time counts. Usage of responses is added by whoever knows
  /// that they stay. Returns the index of the model of what the record says, or OutlineBlock::kNoModel.
  std::uint8_t add(const RecordNotes& record, bool is_main);

  /// Without usage of responses and the count of unreadable lines. `path` gives id and title where the records do not.
  [[nodiscard]] SessionFacts sum_up(const std::filesystem::path& path) const;
  /// White space squeezed, at most Digest::kTextBytes.
  [[nodiscard]] const std::string& first_prompt() const { return first_prompt_; }

  /// All that it holds, for DigestProgress::state.
  template <class Archive>
  void keep(Archive& archive) {
    archive(facts_.id, facts_.title, facts_.cwd, facts_.git_branch, facts_.models, facts_.usage, facts_.is_child,
            first_ms_, last_ms_, model_, first_prompt_);
  }

 private:
  std::uint8_t index_of_model(std::string_view model);

  SessionFacts facts_;
  std::int64_t first_ms_ = INT64_MAX;
  std::int64_t last_ms_ = INT64_MIN;
  std::string model_;  // of what comes next
  std::string first_prompt_;
};

/// Whether a model said it, or called it.
[[nodiscard]] bool is_of_model(const Note& note);

/// What a session is called whose records do not say: the file's stem, or its folder's name for "events.jsonl".
[[nodiscard]] std::string name_of_session_file(const std::filesystem::path& path);

}  // namespace panko
