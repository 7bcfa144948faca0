#include "agents/codex_outline.hpp"

#include <algorithm>
#include <utility>

#include "agents/codex_document.hpp"

namespace panko {

Result<void> CodexOutlineBuilder::add_all(const Source& source, JsonLinesProgress& progress) {
  return is_codex_document(source) ? add_codex_document(*this, source) : add_json_lines(*this, source, progress);
}

void CodexOutlineBuilder::add(const JsonRecord& json) {
  Current current{.record = parse_codex_record(json.object), .range = json.range, .ordinal = json.ordinal};
  const auto time_ms = current.record.time_ms();
  if (limit_.is_late(time_ms)) return;
  if (time_ms) current.time_ms = *time_ms;
  for (const CodexFinding& found : scan_.add(current.record, json.object.raw())) {
    switch (found.what) {
      case CodexFinding::What::block: add_block(current, found); break;
      case CodexFinding::What::result: add_result(current, found); break;
      case CodexFinding::What::confirm: confirm(found.key); break;
      case CodexFinding::What::rewind: rewind(found.turns); break;
      case CodexFinding::What::usage: add_usage(found.usage); break;
    }
  }
}

void CodexOutlineBuilder::add(const UnshownLine& line) {
  Entry entry;
  entry.block.record = line.range;
  entry.block.ordinal = line.number;
  entry.block.part = kCodexUnshownPart;
  entry.block.anchor_key = anchor_key_of(codex_anchor({}, line.number, kCodexUnshownPart));
  line_.push_back(static_cast<std::uint32_t>(entries_.size()));
  entries_.push_back(entry);
}

std::uint64_t CodexOutlineBuilder::anchor_key(const Current& current, std::uint16_t part) {
  if (!current.record.id.empty()) {
    const auto key = anchor_key_of(codex_anchor(current.record.id, current.ordinal, part));
    if (anchors_.insert(key).second) return key;
  }
  return anchor_key_of(codex_anchor({}, current.ordinal, part));
}

void CodexOutlineBuilder::add_block(const Current& current, const CodexFinding& found) {
  const auto index = static_cast<std::uint32_t>(entries_.size());
  Entry entry;
  entry.block.record = current.range;
  entry.block.time_ms = current.time_ms;
  entry.block.anchor_key = anchor_key(current, found.part);
  entry.block.ordinal = current.ordinal;
  entry.block.part = found.part;
  entry.block.kind = found.kind;
  entry.block.is_error = found.is_error;
  entry.block.tool = found.tool;
  entry.block.model = found.model;
  if (found.has_result) entry.block.result = current.range;
  if (found.kind == BlockKind::tool || found.kind == BlockKind::compaction) entry_by_call_[found.key] = index;
  const auto at = static_cast<std::uint32_t>(line_.size());
  if (found.is_doubtful) doubtful_[found.key] = at;
  if (found.kind == BlockKind::user || found.kind == BlockKind::image) note_prompt(at, current.ordinal);
  line_.push_back(index);
  entries_.push_back(entry);
  const bool is_answer =
      found.kind == BlockKind::assistant || found.kind == BlockKind::thinking || found.kind == BlockKind::tool;
  if (response_ == kNone && is_answer) response_ = index;
  if (found.kind == BlockKind::user) response_ = kNone;
}

/// The count comes behind the response, or behind the results of what it called.
void CodexOutlineBuilder::add_usage(const Usage& usage) {
  if (response_ == kNone) return;
  entries_[response_].block.usage = static_cast<std::uint32_t>(usages_.size());
  usages_.push_back(usage);
  response_ = kNone;
}

/// Texts and images of one record are one prompt.
void CodexOutlineBuilder::note_prompt(std::uint32_t at, std::uint32_t ordinal) {
  if (ordinal == last_prompt_ || (!prompts_.empty() && at <= prompts_.back())) return;
  last_prompt_ = ordinal;
  prompts_.push_back(at);
}

void CodexOutlineBuilder::confirm(std::uint64_t key) {
  const auto doubtful = doubtful_.find(key);
  if (doubtful == doubtful_.end() || doubtful->second >= line_.size()) return;
  OutlineBlock& block = entries_[line_[doubtful->second]].block;
  block.kind = BlockKind::user;
  note_prompt(doubtful->second, block.ordinal);
}

void CodexOutlineBuilder::add_result(const Current& current, const CodexFinding& found) {
  if (const auto call = entry_by_call_.find(found.key); call != entry_by_call_.end()) {
    give_result(entries_[call->second], current.range, found.is_error, found.rank);
    if (found.key == 0) entry_by_call_.erase(call);
    return;
  }
  orphans_.push_back({found.key, static_cast<std::uint32_t>(entries_.size()), found.rank});
  add_block(current, found);
  entries_.back().block.is_result = true;
}

void CodexOutlineBuilder::give_result(Entry& call, ByteRange range, bool is_error, std::uint8_t rank) {
  if (!call.block.result.empty() && call.rank >= rank) return;
  call.block.result = range;
  call.block.is_error = is_error;
  call.rank = rank;
}

/// The notice that says so has just been added, and stays.
void CodexOutlineBuilder::rewind(std::uint64_t turns) {
  if (turns == 0 || prompts_.empty()) return;
  const std::size_t kept = prompts_.size() - static_cast<std::size_t>(std::min<std::uint64_t>(turns, prompts_.size()));
  const std::uint32_t cut = prompts_[kept];
  const std::uint32_t notice = line_.back();
  forks_.push_back(line_[cut]);
  for (std::size_t at = cut; at + 1 < line_.size(); ++at)
    entries_[line_[at]].branch = static_cast<std::uint32_t>(forks_.size());
  line_.resize(cut);
  line_.push_back(notice);
  prompts_.resize(kept);
  last_prompt_ = 0;
}

/// Results in front of their calls: records may be shuffled.
void CodexOutlineBuilder::give_orphans() {
  for (const Orphan& orphan : std::exchange(orphans_, {})) {
    const auto call = entry_by_call_.find(orphan.key);
    if (orphan.key == 0 || call == entry_by_call_.end()) continue;
    Entry& notice = entries_[orphan.entry];
    notice.is_gone = true;
    give_result(entries_[call->second], notice.block.record, notice.block.is_error, orphan.rank);
  }
}

Outline CodexOutlineBuilder::finish(const std::filesystem::path& path, std::optional<WallTime> names_until) const {
  if (!orphans_.empty()) {
    CodexOutlineBuilder given = *this;
    given.give_orphans();
    return given.finish(path, names_until);
  }
  Outline outline;
  outline.facts = scan_.facts(path, names_until);
  outline.usages = usages_;
  outline.blocks.reserve(line_.size());
  outline.branches.resize(forks_.size());
  std::vector<std::uint32_t> places;  // of the main line's blocks among all
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.is_gone) continue;
    if (entry.branch != 0) {
      outline.branches[entry.branch - 1].blocks.push_back(entry.block);
    } else {
      outline.blocks.push_back(entry.block);
      places.push_back(i);
    }
  }
  for (std::size_t i = 0; i < forks_.size(); ++i)
    outline.branches[i].after =
        static_cast<std::uint32_t>(std::ranges::lower_bound(places, forks_[i]) - places.begin());
  std::erase_if(outline.branches, [](const Branch& branch) { return branch.blocks.empty(); });
  return outline;
}

}  // namespace panko
