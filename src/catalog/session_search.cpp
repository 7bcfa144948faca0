#include "catalog/session_search.hpp"

#include <algorithm>
#include <span>

#include "agents/tool_strings.hpp"

namespace panko {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kHead = 256 << 10;  // what an agent recognises a session by

/// What is around the match in its line, with every mark that lies in it.
void take_line(SearchHit& hit, std::string_view text, std::span<const MatchRange> matches) {
  constexpr std::size_t kBefore = 160;
  constexpr std::size_t kBehind = 400;
  constexpr std::string_view kCut = "…";
  const auto starts_character = [&](std::size_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
  };
  const MatchRange& first = matches.front();
  const std::size_t match_end = first.offset + first.length;
  const std::size_t line = first.offset == 0 ? 0 : text.rfind('\n', first.offset - 1) + 1;
  const std::size_t line_end = std::min(text.find('\n', match_end), text.size());
  std::size_t begin = std::max(line, first.offset - std::min(first.offset, kBefore));
  std::size_t end = std::min(line_end, match_end + kBehind);
  while (!starts_character(begin)) ++begin;
  while (!starts_character(end)) --end;
  hit.line.clear();
  if (begin > line) hit.line = kCut;
  hit.marks.clear();
  for (const MatchRange& match : matches)
    if (match.offset + match.length <= end) hit.marks.push_back({match.offset - begin + hit.line.size(), match.length});
  hit.line += text.substr(begin, end - begin);
  if (end < line_end) hit.line += kCut;
}

}  // namespace

Result<void> SessionSearch::run(const SessionFile& file, std::span<const fs::path> strays, const SessionFilter& filter,
                                const std::function<bool(SearchHit)>& sink) {
  if (file.agent->read == nullptr) return {};
  const auto source = Source::open(file.path);
  if (!source) return std::unexpected(source.error());
  auto places = SessionPlaces::find(finder_, *file.agent, file.path, *source, strays);
  if (!places) return std::unexpected(std::move(places.error()));
  if (places->empty()) return {};
  places_ = std::move(*places);

  std::string head(static_cast<std::size_t>(std::min(source->size(), kHead)), '\0');
  const auto got = source->read_at(0, head);
  if (!got) return std::unexpected(got.error());
  if (!file.agent->recognises(std::string_view(head).substr(0, *got))) return {};
  auto outline = file.agent->read(*source, file.path, {});
  if (!outline) return std::unexpected(std::move(outline.error()));
  SessionEntry entry;
  entry.path = file.path;
  entry.agent = file.agent;
  entry.size = file.size;
  entry.modified_at = file.modified_at;
  entry.digest.facts = outline->facts;
  entry.project = project_of(entry.digest.facts.cwd);
  if (!filter.lets_through(entry)) return {};
  file_ = &file;
  sink_ = &sink;
  session_ = std::make_shared<const SessionEntry>(std::move(entry));
  walk(*outline, *source);
  return {};
}

/// false: the search is at its end.
bool SessionSearch::walk(const Outline& outline, const Source& source) {
  std::size_t done = 0;
  const std::span<const OutlineBlock> blocks = outline.blocks;
  for (const Branch& branch : outline.branches) {
    const std::size_t after = std::max<std::size_t>(done, branch.after);
    if (!walk_blocks(outline, blocks.subspan(done, after - done), source)) return false;
    if (!walk_blocks(outline, branch.blocks, source)) return false;
    done = after;
  }
  return walk_blocks(outline, blocks.subspan(done), source);
}

bool SessionSearch::walk_blocks(const Outline& outline, std::span<const OutlineBlock> blocks, const Source& source) {
  for (const OutlineBlock& block : blocks) {
    if (places_.may_have(source, block) && !look_into(source, block)) return false;
    if (block.subagent == OutlineBlock::kNoSubagent) continue;
    const Subagent& subagent = outline.subagents.at(block.subagent);
    if (!walk(subagent.outline, subagent.source ? *subagent.source : source)) return false;
  }
  return true;
}

bool SessionSearch::look_into(const Source& source, const OutlineBlock& outline) {
  const auto block = file_->agent->load(source, outline, file_->path);
  if (!block) return true;  // rewritten meanwhile
  if (!look_into_text(block->text, *block)) return false;
  const std::optional<ToolUse>& tool = block->tool;
  if (!tool) return true;
  for (const std::string& text : strings_of_input(tool->input))
    if (!look_into_text(text, *block)) return false;
  return look_into_text(tool->result, *block);
}

/// One hit a line.
bool SessionSearch::look_into_text(std::string_view text, const Block& block) {
  const auto matches = finder_.scanner().find(text);
  for (auto first = matches.begin(); first != matches.end();) {
    const std::size_t line_end = text.find('\n', first->offset + first->length);
    const auto next = std::find_if(first, matches.end(), [&](const MatchRange& m) { return m.offset >= line_end; });
    SearchHit hit{.session = session_,
                  .anchor = block.anchor,
                  .kind = block.kind,
                  .time = block.timestamp,
                  .line = {},
                  .marks = {}};
    take_line(hit, text, {first, next});
    if (!(*sink_)(std::move(hit))) return false;
    first = next;
  }
  return true;
}

}  // namespace panko
