#include "agents/notes_facts.hpp"

#include <algorithm>

#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

bool is_of_model(const Note& note) {
  return note.kind == BlockKind::assistant || note.kind == BlockKind::thinking || note.kind == BlockKind::tool;
}

std::uint8_t NotesFacts::add(const RecordNotes& record, bool is_main) {
  if (record.time_ms) {
    first_ms_ = std::min(first_ms_, *record.time_ms);
    last_ms_ = std::max(last_ms_, *record.time_ms);
  }
  if (facts_.id.empty()) facts_.id = unescape_json(short_name(record.session_id));
  if (facts_.cwd.empty()) facts_.cwd = unescape_json(short_path(record.cwd));
  if (!record.branch.empty()) facts_.git_branch = unescape_json(short_name(record.branch));
  if (auto title = title_line(record.title); !title.empty()) facts_.title = std::move(title);
  facts_.usage += record.more_usage;
  facts_.is_child = facts_.is_child || record.is_child;
  std::string model = record.model.empty() ? model_ : unescape_json(short_name(record.model));
  if (is_main) model_ = model;
  std::uint8_t index = OutlineBlock::kNoModel;
  for (const Note& note : record.notes) {
    if (is_of_model(note) && index == OutlineBlock::kNoModel) index = index_of_model(model);
    if (is_main && note.kind == BlockKind::user && first_prompt_.empty()) first_prompt_ = preview_line(text_of(note));
  }
  return index;
}

std::uint8_t NotesFacts::index_of_model(std::string_view model) {
  constexpr std::size_t kMostModels = 100;
  if (model.empty()) return OutlineBlock::kNoModel;
  auto& models = facts_.models;
  const auto known = std::ranges::find(models, model);
  if (known == models.end() && models.size() == kMostModels) return OutlineBlock::kNoModel;
  const auto index = static_cast<std::uint8_t>(known - models.begin());
  if (known == models.end()) models.emplace_back(model);
  return index;
}

SessionFacts NotesFacts::sum_up(const std::filesystem::path& path) const {
  SessionFacts facts = facts_;
  const std::string name = name_of_session_file(path);
  if (facts.id.empty()) facts.id = name;
  if (facts.title.empty()) facts.title = title_line(first_prompt_);
  if (facts.title.empty()) facts.title = name;
  if (first_ms_ <= last_ms_) {
    facts.started_at = WallTime(std::chrono::milliseconds(first_ms_));
    facts.ended_at = WallTime(std::chrono::milliseconds(last_ms_));
  }
  return facts;
}

std::string name_of_session_file(const std::filesystem::path& path) {
  std::string name = to_valid_utf8(path.stem().native());
  if (name == "events" && path.has_parent_path()) {
    std::string folder = to_valid_utf8(path.parent_path().filename().native());
    if (!folder.empty()) return folder;
  }
  return name;
}

}  // namespace panko
