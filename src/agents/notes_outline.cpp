#include "agents/notes_outline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "agents/safe_name.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

/// What an ordinal makes: "r12", "line12".
bool looks_like_ordinal(std::string_view id) {
  for (const std::string_view prefix : {"r", "line"})
    if (id.starts_with(prefix) && id.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos)
      return true;
  return false;
}

}  // namespace

std::string noted_anchor(std::string_view id, std::uint32_t ordinal, std::uint16_t part) {
  if (part == kNotedUnshownPart) return fmt::format("line{}", ordinal);
  std::string anchor = is_safe_name(id) && !looks_like_ordinal(id) ? std::string(id) : fmt::format("r{}", ordinal);
  if (part > 0) anchor += fmt::format(".{}", part);
  return anchor;
}

Result<void> NotesOutlineBuilder::add_all(const Source& source, std::uint64_t from) {
  const auto unreadable = add_json_lines(*this, source, from);
  if (!unreadable) return std::unexpected(unreadable.error());
  unreadable_ += *unreadable;
  return {};
}

void NotesOutlineBuilder::add(const UnshownLine& line) {
  Current current{.notes = {}, .range = line.range, .ordinal = ++ordinal_};
  place(current);
  Note note;
  note.part = kNotedUnshownPart;
  add_entry(current, note);
}

void NotesOutlineBuilder::add(const JsonValue& record, ByteRange range) {
  ++ordinal_;
  Current current{.notes = format_->note(record), .range = range, .ordinal = ordinal_};
  const RecordNotes& notes = current.notes;
  if (limit_.is_late(notes.time_ms)) return;
  // The same record once more, to the letter: a tool has doubled the line.
  if (!format_->replaces && !notes.id.empty() && !seen_.insert(hash_(record.raw())).second) return;
  if (const std::uint64_t inside = key_of(notes.inside); entry_by_call_.contains(inside)) current.inside = inside;
  current.model = facts_.add(notes, current.inside == 0);
  if (!notes.spawned.empty())
    spawns_[hash_(notes.spawned)] = {.type = unescape_json(short_name(notes.type)),
                                     .description = title_line(unescape_json(notes.description))};
  place(current);
  const auto begin = static_cast<std::uint32_t>(entries_.size());
  if (notes.usage) {
    if (current.usage == OutlineBlock::kNoUsage) {
      current.usage = static_cast<std::uint32_t>(usages_.size());
      usages_.emplace_back();
    }
    usages_[current.usage] = *notes.usage;
  }
  const std::uint32_t usage = current.usage;
  if (!notes.usage) current.usage = OutlineBlock::kNoUsage;
  for (const Note& note : notes.notes) add_note(current, note);
  if (format_->replaces && !notes.id.empty())
    records_[hash_(notes.id)] = {
        .order = current.order, .begin = begin, .end = static_cast<std::uint32_t>(entries_.size()), .usage = usage};
}

/// Where the record stands among the others.
void NotesOutlineBuilder::place(Current& current) {
  const std::uint64_t id = key_of(current.notes.id);
  if (format_->replaces && id != 0) {
    if (const auto before = records_.find(id); before != records_.end()) {
      for (std::uint32_t i = before->second.begin; i < before->second.end; ++i) {
        entries_[i].is_gone = true;
        anchors_.erase(entries_[i].block.anchor_key);
      }
      current.order = before->second.order;
      current.usage = before->second.usage;
      is_out_of_order_ = true;
      return;
    }
  }
  current.order = orders_++;
  if (!format_->is_tree) return;
  ClaudeNode& node = nodes_.emplace_back();
  node.prompt = std::ranges::any_of(
      current.notes.notes, [](const Note& n) { return n.kind == BlockKind::user || n.kind == BlockKind::image; });
  node.turn = id != 0;
  parents_.push_back(key_of(current.notes.parent));
  if (id != 0) node_by_id_.try_emplace(id, current.order);
}

void NotesOutlineBuilder::add_note(Current& current, const Note& note) {
  if (note.is_result) return add_result(current, note);
  if (note.kind == BlockKind::thinking && is_said_again(note)) return;
  const std::uint64_t call = note.kind == BlockKind::tool ? key_of(note.call) : 0;
  if (call != 0 && format_->repeats_calls) {
    const auto known = entry_by_call_.find(call);
    if (known != entry_by_call_.end() && entries_[known->second].block.result.empty()) return;
  }
  Entry& entry = add_entry(current, note);
  if (note.kind != BlockKind::tool) return;
  entry.block.tool = note.tool;
  entry.call = call;
  entry.name = index_of_name(note.body);
  if (note.has_result) {
    entry.block.result = current.range;
    entry.block.result_part = note.part;
  }
  if (call != 0) entry_by_call_[call] = static_cast<std::uint32_t>(entries_.size() - 1);
}

void NotesOutlineBuilder::add_result(Current& current, const Note& note) {
  const std::uint64_t key = key_of(note.call);
  if (const auto call = entry_by_call_.find(key); call != entry_by_call_.end()) {
    OutlineBlock& block = entries_[call->second].block;
    if (block.result.empty()) {
      block.result = current.range;
      block.result_part = note.part;
      block.is_error = note.is_error;
      return;
    }
  }
  Entry& entry = add_entry(current, note);
  entry.call = key;
  entry.is_orphan = true;
  entry.block.is_result = true;
}

NotesOutlineBuilder::Entry& NotesOutlineBuilder::add_entry(Current& current, const Note& note) {
  const std::uint64_t key = anchor_key(current, note.part);
  Entry& entry = entries_.emplace_back();
  entry.index = static_cast<std::uint32_t>(entries_.size() - 1);
  entry.order = current.order;
  entry.inside = current.inside;
  OutlineBlock& block = entry.block;
  block.record = current.range;
  block.time_ms = current.notes.time_ms.value_or(OutlineBlock::kNoTime);
  block.anchor_key = key;
  block.ordinal = current.ordinal;
  block.part = note.part;
  block.kind = note.kind;
  block.is_error = note.is_error;
  if (is_of_model(note)) {
    block.model = current.model;
    block.usage = std::exchange(current.usage, OutlineBlock::kNoUsage);
  }
  return entry;
}

std::uint64_t NotesOutlineBuilder::anchor_key(const Current& current, std::uint16_t part) {
  const auto key = anchor_key_of(noted_anchor(current.notes.id, current.ordinal, part));
  if (anchors_.insert(key).second) return key;
  return anchor_key_of(noted_anchor({}, current.ordinal, part));
}

/// Thoughts come as an event of their own, and with the answer that they led to.
bool NotesOutlineBuilder::is_said_again(const Note& note) {
  if (!format_->repeats_calls) return false;
  constexpr std::size_t kRemembered = 8;
  const std::uint64_t key = hash_(text_of(note));
  if (std::ranges::find(last_thoughts_, key) != last_thoughts_.end()) return true;
  if (last_thoughts_.size() == kRemembered) last_thoughts_.erase(last_thoughts_.begin());
  last_thoughts_.push_back(key);
  return false;
}

std::uint16_t NotesOutlineBuilder::index_of_name(std::string_view name) {
  constexpr std::size_t kMostNames = 1000;
  std::string text = unescape_json(short_name(name));
  const auto known = std::ranges::find(names_, text);
  if (known == names_.end() && names_.size() == kMostNames) return kNoName;
  const auto index = static_cast<std::uint16_t>(known - names_.begin());
  if (known == names_.end()) names_.push_back(std::move(text));
  return index;
}

void NotesOutlineBuilder::take_back_from(std::string_view id) {
  const auto target = records_.find(hash_(id));
  const std::uint32_t order = target == records_.end() ? 0 : target->second.order;
  taken_back_.push_back(order);
  for (Entry& entry : entries_)
    if (entry.order >= order && entry.branch == 0) entry.branch = static_cast<std::uint32_t>(taken_back_.size());
  boost::unordered::erase_if(records_, [&](const auto& record) { return record.second.order >= order; });
}

}  // namespace panko
