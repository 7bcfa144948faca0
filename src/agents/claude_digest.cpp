#include "agents/claude_digest.hpp"

#include <algorithm>

#include "agents/claude.hpp"
#include "agents/claude_glance.hpp"
#include "agents/claude_prompt.hpp"
#include "agents/claude_text.hpp"
#include "agents/digest_steps.hpp"
#include "agents/packed_state.hpp"
#include "base/json_text.hpp"
#include "base/random.hpp"

namespace panko {

namespace {

// Raised when what is kept, or what it means, changes.
constexpr std::uint8_t kStateVersion = 2;

// Ids of calls are told apart from those of records.
constexpr std::uint64_t kCall = 0x9e3779b97f4a7c15;

/// Enough of an answer for its preview, whatever the white space and the escapes in it.
std::string_view beginning_of(std::string_view body) {
  constexpr std::size_t kMost = 8192;
  if (body.size() <= kMost) return body;
  constexpr std::size_t kLongestEscape = 12;  // a surrogate pair
  const auto backslash = body.find('\\', kMost - kLongestEscape);
  return body.substr(0, std::min(backslash, kMost));
}

}  // namespace

ClaudeDigester::ClaudeDigester() : facts_(hash_) {}

Result<void> ClaudeDigester::add_all(const Source& source, std::uint64_t from) {
  ClaudeGlance glance;
  const JsonLinesVisitor visitor{.record =
                                     [this](const JsonRecord& record) {
                                       add(parse_claude_record(record.object));
                                       return true;
                                     },
                                 .unshown = [](const UnshownLine&) {},
                                 .glance =
                                     [&](std::string_view line) {
                                       const auto record = glance.look_at(line);
                                       if (record) add(*record);
                                       return record.has_value();
                                     }};
  constexpr std::size_t kBytesPerId = 2000;  // a good guess saves growing
  if (seen_.empty()) seen_.reserve(static_cast<std::size_t>(source.size() / kBytesPerId));
  const auto unreadable = read_json_lines(source, visitor, from);
  if (!unreadable) return std::unexpected(unreadable.error());
  unreadable_ += *unreadable;
  return {};
}

void ClaudeDigester::add(const ClaudeRecord& record) {
  if (!record.uuid.empty() && !seen_.insert(hash_(record.uuid)).second) return;  // the same record once more
  facts_.add(record, record.time_ms());
  Talk& talk = talks_.at(record.is_sidechain ? 1 : 0);
  switch (record.type) {
    case ClaudeRecordType::user:
      if (!record.is_compact_summary) add_said(record, talk);
      break;
    case ClaudeRecordType::attachment: add_said(record, talk); break;
    case ClaudeRecordType::assistant: add_answer(record, talk); break;
    case ClaudeRecordType::queue_operation: add_queue_operation(record); break;
    default: break;
  }
}

void ClaudeDigester::add_said(const ClaudeRecord& record, Talk& talk) {
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
    if (part.type != ClaudePart::Type::text) return;
    const auto text = classify_claude_text(unescape_json(part.text), record.is_meta);
    facts_.add_said(text, record.is_sidechain);
    if (text.kind != BlockKind::user) return;
    // One that was queued is counted already, by both.
    if (!record.is_sidechain && !queue_.empty() && queue_.said(hash_(text.text)))
      --talks_[1].messages;
    else
      ++talk.messages;
  });
}

/// Which line is the session's own, the records may not say.
void ClaudeDigester::add_queue_operation(const ClaudeRecord& record) {
  if (record.subtype == "remove") return queue_.remove();
  if (record.subtype == "popAll") {
    const auto count = static_cast<std::uint32_t>(queue_.take_back().size());
    for (Talk& talk : talks_) talk.messages -= count;
  }
  if (record.subtype != "enqueue") return;
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
    const auto prompt = claude_queued_prompt(part);
    if (!prompt || !queue_.is_new(record, hash_(*prompt), hash_)) return;
    queue_.enqueue(hash_(*prompt), 0);
    for (Talk& talk : talks_) ++talk.messages;
  });
}

void ClaudeDigester::add_answer(const ClaudeRecord& record, Talk& talk) {
  const std::uint64_t response = record.response().empty() ? 0 : hash_(record.response());
  const auto is_new_part = [&](const ClaudePart& part) {
    return response == 0 || seen_.insert(claude_part_key(hash_, response, part)).second;
  };
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
    if (part.type == ClaudePart::Type::text) {
      const auto kind = claude_answer_kind(record, part);
      if (!kind || !is_new_part(part) || kind != BlockKind::assistant) return;
      ++talk.messages;
      talk.last_answer = beginning_of(part.text);
    } else if (part.type == ClaudePart::Type::tool_use) {
      if (part.id.empty() ? is_new_part(part) : seen_.insert(hash_(part.id) + kCall).second)
        count_call(talk.tools, part.name);
    }
  });
}

Digest ClaudeDigester::sum_up(const std::filesystem::path& path) const {
  const Talk& talk = talks_.at(facts_.any_main_turn() ? 0 : 1);
  Digest digest;
  digest.facts = facts_.sum_up([this](std::uint64_t id) { return seen_.contains(id); });
  complete_claude_facts(digest.facts, facts_.session_ids(), path);
  digest.facts.unreadable_lines = unreadable_;
  digest.messages = talk.messages;
  digest.tools = talk.tools;
  for (ToolCount& tool : digest.tools) tool.name = unescape_json(tool.name);
  sort_by_calls(digest.tools);
  digest.first_prompt = facts_.first_prompt();
  digest.last_answer = preview_line(unescape_json(talk.last_answer));
  return digest;
}

std::string ClaudeDigester::save() {
  StateWriter writer;
  std::uint8_t version = kStateVersion;
  writer(version, hash_.seed);
  keep(writer);
  return writer.take();
}

bool ClaudeDigester::restore(std::string_view state) {
  StateReader reader(state);
  std::uint8_t version = 0;
  reader(version, hash_.seed);
  if (version != kStateVersion) return false;
  facts_ = ClaudeFacts(hash_);
  keep(reader);
  return reader.is_whole();
}

Result<Digest> digest_claude(const Source& source, const std::filesystem::path& path, DigestProgress& progress) {
  return digest_in_steps<ClaudeDigester>(source, path, progress);
}

}  // namespace panko
