#include "agents/claude_outline.hpp"

#include <algorithm>

#include "agents/claude_prompt.hpp"
#include "agents/claude_text.hpp"
#include "agents/claude_tool.hpp"
#include "agents/text_hash.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

void ClaudeOutlineBuilder::add(const JsonRecord& json) {
  Current current{.record = parse_claude_record(json.object), .range = json.range, .ordinal = json.ordinal};
  const ClaudeRecord& record = current.record;
  const auto time_ms = record.time_ms();
  if (limit_.is_late(time_ms)) return;
  if (time_ms) current.time_ms = *time_ms;

  if (!record.uuid.empty()) {
    const auto node = static_cast<std::uint32_t>(nodes_.size());
    if (!node_by_id_.emplace(text_hash(record.uuid), node).second) return;  // the same record once more
    current.node = node;
    nodes_.emplace_back();
    if (!record.parent.empty()) missing_parents_.emplace_back(node, text_hash(record.parent));
    chain_by_node_.push_back(0);  // before chain_of looks: a record may name itself as its parent
    if (record.is_sidechain) chain_by_node_.back() = current.chain = chain_of(record);
  } else if (record.is_sidechain) {
    current.chain = chain_of(record);
  }
  facts_.add(record, time_ms);
  if (record.type == ClaudeRecordType::assistant) current.model = model_of(record);

  switch (record.type) {
    case ClaudeRecordType::user: add_user(current); break;
    case ClaudeRecordType::assistant: add_assistant(current); break;
    case ClaudeRecordType::system: add_system(current); break;
    case ClaudeRecordType::queue_operation: add_queue_operation(current); break;
    case ClaudeRecordType::attachment:
      for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t index) {
        if (part.type == ClaudePart::Type::text) add_text(current, part, index);
        if (part.type == ClaudePart::Type::image) add_block(current, index, claude_image_kind(part));
      });
      break;
    default: break;
  }
}

void ClaudeOutlineBuilder::add(const UnshownLine& line) {
  Entry entry;
  entry.block.record = line.range;
  entry.block.ordinal = line.number;
  entry.block.part = kClaudeUnshownPart;
  entry.block.anchor_key = anchor_key_of(claude_anchor({}, line.number, kClaudeUnshownPart));
  entry.order = static_cast<std::uint32_t>(entries_.size());
  entry.position = static_cast<std::uint32_t>(nodes_.size());
  lowest_order_ = std::min(lowest_order_, entry.order);
  entries_.push_back(entry);
}

std::uint32_t ClaudeOutlineBuilder::chain_of(const ClaudeRecord& record) {
  const auto start = [&] {
    chains_.push_back({.prompt_hash = 0, .agent_id = std::string(record.agent_id)});
    return static_cast<std::uint32_t>(chains_.size());
  };
  if (!record.agent_id.empty()) {
    auto& chain = chain_by_agent_[text_hash(record.agent_id)];
    if (chain == 0) chain = start();
    return chain;
  }
  if (!record.parent.empty()) {
    const auto parent = node_by_id_.find(text_hash(record.parent));
    if (parent != node_by_id_.end() && chain_by_node_[parent->second] != 0) return chain_by_node_[parent->second];
  }
  return start();
}

/// Index of the record's model among those of the facts, which have it already.
std::uint8_t ClaudeOutlineBuilder::model_of(const ClaudeRecord& record) {
  const auto name = short_name(record.model);
  if (name == last_model_) return last_model_index_;
  const auto& models = facts_.models();
  const auto model = std::ranges::find(models, unescape_json(name));
  last_model_ = name;
  last_model_index_ =
      model == models.end() ? OutlineBlock::kNoModel : static_cast<std::uint8_t>(model - models.begin());
  return last_model_index_;
}

std::uint32_t ClaudeOutlineBuilder::add_block(const Current& current, std::uint16_t part, BlockKind kind,
                                              bool is_error) {
  const auto index = static_cast<std::uint32_t>(entries_.size());
  const std::string_view uuid = current.record.uuid;
  Entry entry;
  entry.block.record = current.range;
  entry.block.time_ms = current.time_ms;
  entry.block.anchor_key =
      part == 0 && !uuid.empty() ? anchor_key_of(uuid) : anchor_key_of(claude_anchor(uuid, current.ordinal, part));
  entry.block.ordinal = current.ordinal;
  entry.block.part = part;
  entry.block.kind = kind;
  entry.block.is_error = is_error;
  entry.block.model = current.model;
  entry.order = index;
  entry.node = current.node;
  entry.position = static_cast<std::uint32_t>(nodes_.size());
  entry.chain = current.chain;
  if (current.chain != 0)
    entry.chain_start_key = anchor_key_of(claude_anchor(uuid, current.ordinal, kClaudeSubagentPart));
  if (current.response != 0) entry.order = entry_by_response_.emplace(current.response, index).first->second;
  lowest_order_ = std::min(lowest_order_, entry.order);
  entries_.push_back(entry);
  return index;
}

void ClaudeOutlineBuilder::add_user(Current& current) {
  const ClaudeRecord& record = current.record;
  if (current.node != kNone) nodes_[current.node].turn = current.chain == 0;
  if (record.is_compact_summary) return add_summary(current);
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t index) {
    using enum ClaudePart::Type;
    switch (part.type) {
      case text: add_text(current, part, index); break;
      case tool_result: add_result(current, part, index); break;
      case image:
        if (current.node != kNone && !record.is_meta) nodes_[current.node].prompt = true;
        add_block(current, index, claude_image_kind(part));
        break;
      case document: add_block(current, index, BlockKind::notice); break;
      default: break;
    }
  });
}

void ClaudeOutlineBuilder::add_text(Current& current, const ClaudePart& part, std::uint16_t index) {
  auto text = classify_claude_text(unescape_json(part.text), current.record.is_meta);
  if (!text.kind) return;
  if (*text.kind == BlockKind::user && current.record.type == ClaudeRecordType::user && current.node != kNone)
    nodes_[current.node].prompt = true;
  const bool is_first_of_chain = current.chain != 0 && chains_[current.chain - 1].prompt_hash == 0;
  if (is_first_of_chain && *text.kind == BlockKind::user)
    chains_[current.chain - 1].prompt_hash = text_hash(unescape_json(part.text));
  facts_.add_said(text, current.chain != 0);
  if (*text.kind == BlockKind::user && current.chain == 0 && !queue_.empty())
    if (const auto queued = queue_.said(text_hash(text.text))) entries_[*queued].gone = true;
  add_block(current, index, *text.kind, current.record.subtype == "hook_blocking_error");
}

void ClaudeOutlineBuilder::add_assistant(Current& current) {
  const ClaudeRecord& record = current.record;
  if (current.node != kNone) nodes_[current.node].turn = current.chain == 0;
  if (!record.response().empty()) current.response = text_hash(record.response());
  const auto first_entry = static_cast<std::uint32_t>(entries_.size());
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t index) {
    using enum ClaudePart::Type;
    switch (part.type) {
      case text:
      case thinking:
        if (const auto kind = claude_answer_kind(record, part); kind && is_new_part(current, part))
          add_block(current, index, *kind, kind == BlockKind::notice);
        break;
      case tool_use: add_call(current, part, index); break;
      case tool_result: add_result(current, part, index); break;
      default: break;
    }
  });
  if (record.has_usage) add_usage(current, first_entry);
}

/// Once for each response, from its last line, at its first block.
void ClaudeOutlineBuilder::add_usage(const Current& current, std::uint32_t first_entry) {
  const auto end = static_cast<std::uint32_t>(usages_.size());
  std::uint32_t usage = end;
  if (current.response != 0) {
    usage = usage_by_response_.emplace(current.response, end).first->second;
    const auto first = entry_by_response_.find(current.response);
    first_entry = first == entry_by_response_.end() ? kNone : first->second;
  }
  if (usage == end) usages_.emplace_back();
  usages_[usage] = current.record.usage;
  if (first_entry < entries_.size()) entries_[first_entry].block.usage = usage;
}

bool ClaudeOutlineBuilder::is_new_part(const Current& current, const ClaudePart& part) {
  return current.response == 0 || parts_.insert(claude_part_key({}, current.response, part)).second;
}

void ClaudeOutlineBuilder::add_call(const Current& current, const ClaudePart& part, std::uint16_t index) {
  if (!part.id.empty() && entry_by_call_.contains(text_hash(part.id))) return;
  if (part.id.empty() && !is_new_part(current, part)) return;
  const std::uint32_t entry = add_block(current, index, BlockKind::tool);
  entries_[entry].block.tool = claude_tool_kind(part.name);
  if (part.name == "Task" || part.name == "Agent") {
    ClaudeSpawn& spawn = spawns_[entry];
    if (const auto prompt = part.input["prompt"]; prompt.is_string())
      spawn.prompt_hash = text_hash(unescape_json(prompt.body()));
    spawn.type = title_line(unescape_json(part.input["subagent_type"].body()));
    spawn.description = title_line(unescape_json(part.input["description"].body()));
  }
  if (part.id.empty()) return;
  const std::uint64_t id = text_hash(part.id);
  entry_by_call_[id] = entry;
  // Records may be shuffled.
  if (const auto orphans = orphans_.find(id); orphans != orphans_.end()) {
    for (const Orphan& orphan : orphans->second) {
      entries_[orphan.entry].gone = true;
      set_result(entry, entries_[orphan.entry].block, orphan.agent_id);
    }
    orphans_.erase(orphans);
  }
}

void ClaudeOutlineBuilder::set_result(std::uint32_t call, const OutlineBlock& result, std::string_view agent_id) {
  OutlineBlock& block = entries_[call].block;
  if (!block.result.empty()) return;
  block.result = result.record;
  block.result_part = result.part;
  block.is_error = result.is_error;
  if (!agent_id.empty()) spawns_[call].agent_id = agent_id;
}

void ClaudeOutlineBuilder::add_result(const Current& current, const ClaudePart& part, std::uint16_t index) {
  const std::uint64_t id = part.id.empty() ? 0 : text_hash(part.id);
  const auto call = part.id.empty() ? entry_by_call_.end() : entry_by_call_.find(id);
  const bool is_error = part.is_error || claude_is_tool_error(part.content);
  if (call != entry_by_call_.end()) {
    OutlineBlock result;
    result.record = current.range;
    result.part = index;
    result.is_error = is_error;
    set_result(call->second, result, current.record.spawned);
    return;
  }
  const std::uint32_t entry = add_block(current, index, BlockKind::notice, is_error);
  entries_[entry].block.is_result = true;
  if (id != 0) orphans_[id].push_back({entry, std::string(current.record.spawned)});
}

void ClaudeOutlineBuilder::add_summary(const Current& current) {
  if (pending_boundary_ != kNone && entries_[pending_boundary_].chain == current.chain) {
    entries_[pending_boundary_].block.result = current.range;
    pending_boundary_ = kNone;
  } else {
    add_block(current, 0, BlockKind::compaction);
  }
}

void ClaudeOutlineBuilder::add_system(const Current& current) {
  const std::string_view subtype = current.record.subtype;
  if (subtype == "compact_boundary") {
    pending_boundary_ = add_block(current, 0, BlockKind::compaction);
  } else if (subtype == "local_command") {
    const auto text = classify_claude_text(unescape_json(current.record.content.body()), true);
    if (text.kind == BlockKind::command) add_block(current, 0, BlockKind::command);
  } else if (claude_system_shown(subtype)) {
    if (claude_system_text(current.record).empty()) return;
    add_block(current, 0, BlockKind::notice, claude_system_failed(subtype));
  }
}

void ClaudeOutlineBuilder::add_queue_operation(const Current& current) {
  const std::string_view operation = current.record.subtype;
  if (operation == "remove") return queue_.remove();
  if (operation == "popAll")
    for (const std::uint32_t entry : queue_.take_back()) entries_[entry].gone = true;
  if (operation != "enqueue") return;
  for_each_claude_part(current.record.content, [&](const ClaudePart& part, std::uint16_t index) {
    const auto prompt = claude_queued_prompt(part);
    if (!prompt || !queue_.is_new(current.record, text_hash(*prompt), {})) return;
    queue_.enqueue(text_hash(*prompt), add_block(current, index, BlockKind::user));
  });
}

}  // namespace panko
