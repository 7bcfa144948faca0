#include "agents/claude_digest.hpp"

#include <algorithm>
#include <span>

#include "agents/claude.hpp"
#include "agents/claude_prompt.hpp"
#include "agents/claude_text.hpp"
#include "agents/json_text.hpp"
#include "agents/packed_state.hpp"
#include "base/random.hpp"

namespace panko {

namespace {

// Raised when what is kept, or what it means, changes.
constexpr std::uint8_t kStateVersion = 1;

// A smaller file is read from its front again when it has grown: that takes a few milliseconds, and 10,000 sessions
// leave no megabytes of state in the index.
constexpr std::uint64_t kSmallFile = 2 << 20;

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

void count_call(std::vector<ToolCount>& tools, std::string_view name) {
  constexpr std::size_t kMost = 1000;  // a file may name as many as it has lines
  const auto tool = std::ranges::find(tools, name, &ToolCount::name);
  if (tool != tools.end()) {
    ++tool->calls;
  } else if (tools.size() < kMost) {
    tools.push_back({std::string(name), 1});
  }
}

}  // namespace

ClaudeDigester::ClaudeDigester() : facts_(hash_) {}

Result<void> ClaudeDigester::add_all(const Source& source, std::uint64_t from) {
  const JsonLinesVisitor visitor{.record =
                                     [this](const JsonRecord& record) {
                                       add(record);
                                       return true;
                                     },
                                 .unshown = [](const UnshownLine&) {}};
  const auto unreadable = read_json_lines(source, visitor, from);
  if (!unreadable) return std::unexpected(unreadable.error());
  unreadable_ += *unreadable;
  return {};
}

void ClaudeDigester::add(const JsonRecord& json) {
  const ClaudeRecord record = parse_claude_record(json.object);
  if (!record.uuid.empty() && !seen_.insert(hash_(record.uuid)).second) return;  // the same record once more
  facts_.add(record, record.time_ms());
  Talk& talk = talks_.at(record.is_sidechain ? 1 : 0);
  switch (record.type) {
    case ClaudeRecordType::user:
      if (!record.is_compact_summary) add_said(record, talk);
      break;
    case ClaudeRecordType::attachment: add_said(record, talk); break;
    case ClaudeRecordType::assistant: add_answer(record, talk); break;
    default: break;
  }
}

void ClaudeDigester::add_said(const ClaudeRecord& record, Talk& talk) {
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
    if (part.type != ClaudePart::Type::text) return;
    const auto text = classify_claude_text(unescape_json(part.text), record.is_meta);
    facts_.add_said(text, record.is_sidechain);
    if (text.kind == BlockKind::user) ++talk.messages;
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
  std::ranges::sort(digest.tools, [](const ToolCount& a, const ToolCount& b) {
    return a.calls != b.calls ? a.calls > b.calls : a.name < b.name;
  });
  digest.first_prompt = facts_.first_prompt();
  digest.last_answer = claude_preview(unescape_json(talk.last_answer));
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

namespace {

/// Behind the last line that has its end, but not in front of `from`.
Result<std::uint64_t> end_of_lines(const Source& source, std::uint64_t from) {
  std::string window(std::size_t{16} * 1024, '\0');
  for (std::uint64_t end = source.size(); end > from;) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end - from, window.size());
    const auto got = source.read_at(begin, std::span(window.data(), static_cast<std::size_t>(end - begin)));
    if (!got) return std::unexpected(got.error());
    const auto newline = std::string_view(window).substr(0, *got).rfind('\n');
    if (newline != std::string_view::npos) return begin + newline + 1;
    end = begin;
  }
  return from;
}

}  // namespace

Result<Digest> digest_claude(const Source& source, const std::filesystem::path& path, DigestProgress& progress) {
  ClaudeDigester digester;
  std::uint64_t from = progress.read_to;
  if (from > 0 && (from > source.size() || progress.state.empty() || !digester.restore(progress.state))) {
    digester = ClaudeDigester();
    from = 0;
  }
  const auto end = end_of_lines(source, from);
  if (!end) return std::unexpected(end.error());
  Source lines = source;
  lines.cut_at(*end);
  if (const auto added = digester.add_all(lines, from); !added) return std::unexpected(added.error());
  progress.read_to = *end;
  progress.state = *end < kSmallFile ? std::string() : digester.save();
  // What has no end yet counts as the outline counts it, and is read again when it has one.
  if (*end < source.size())
    if (const auto added = digester.add_all(source, *end); !added) return std::unexpected(added.error());
  return digester.sum_up(path);
}

}  // namespace panko
