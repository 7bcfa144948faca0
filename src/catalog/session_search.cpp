#include "catalog/session_search.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>

#include "agents/json_index.hpp"
#include "agents/json_text.hpp"
#include "base/text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t{256} * 1024;  // stays in the second-level cache
constexpr std::uint64_t kHead = 256 << 10;               // what an agent recognises a session by

/// Calls `visit` with each string of a tool's input, as it is shown.
void for_each_string(const JsonValue& value, const std::function<void(std::string)>& visit) {
  if (value.is_string()) {
    visit(unescape_json(value.body()));
  } else if (value.is_array()) {
    value.for_each_element([&](const JsonValue& element) { for_each_string(element, visit); });
  } else {
    value.for_each_member([&](std::string_view, const JsonValue& member) { for_each_string(member, visit); });
  }
}

std::vector<std::string> strings_of(const std::string& input) {
  std::vector<std::string> strings;
  std::string padded = input;
  padded.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(padded).substr(0, input.size())) != JsonStatus::complete) return {input};
  for_each_string(index.root(), [&](std::string text) { strings.push_back(std::move(text)); });
  return strings;
}

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

bool SessionSearch::Places::in(ByteRange range) const {
  if (is_everywhere) return !range.empty();
  const auto place = std::ranges::upper_bound(ends, range.offset);
  return place != ends.end() && *place <= range.end();
}

Result<SessionSearch::Places> SessionSearch::scan(const Source& source, const PatternScanner& scanner) {
  Places places{.identity = source.identity(), .is_everywhere = scanner.pattern().is_unfiltered(), .ends = {}};
  if (places.is_everywhere) return places;
  const std::size_t overlap = scanner.pattern().longest_raw() - 1;
  if (buffer_.size() < kChunk + overlap) buffer_.resize(kChunk + overlap);
  std::size_t carried = 0;    // of the chunk before, at the buffer's begin
  bool is_same_line = false;  // as the last place
  for (std::uint64_t at = 0; at < source.size();) {
    const auto got = source.read_at(at, std::span(buffer_.data() + carried, kChunk));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    const std::uint64_t base = at - carried;
    const std::string_view bytes = std::string_view(buffer_).substr(0, carried + *got);
    found_.clear();
    scanner.find_raw(bytes, found_);
    std::size_t seen = carried;
    const auto same_line_up_to = [&](std::size_t end) {
      return is_same_line && std::memchr(bytes.data() + seen, '\n', end - seen) == nullptr;
    };
    for (const std::size_t end : found_) {
      if (end <= carried) continue;  // the chunk before had it
      if (!same_line_up_to(end)) places.ends.push_back(base + end);
      is_same_line = true;
      seen = end;
    }
    is_same_line = same_line_up_to(bytes.size());
    at += *got;
    carried = std::min(overlap, bytes.size());
    std::memmove(buffer_.data(), bytes.data() + bytes.size() - carried, carried);
  }
  return places;
}

Result<void> SessionSearch::scan_side_files(const SessionFile& file, std::span<const fs::path> strays) {
  spill_folders_.clear();
  std::vector<fs::path> paths(strays.begin(), strays.end());
  if (file.agent->side_files != nullptr)
    std::ranges::copy(file.agent->side_files(file.path), std::back_inserter(paths));
  for (const fs::path& path : paths) {
    const auto source = Source::open_below(file.path.parent_path(), path);
    if (!source) continue;  // gone meanwhile
    auto places = scan(*source, scanner_);
    if (!places) return std::unexpected(std::move(places.error()));
    if (!places->is_everywhere && places->ends.empty()) continue;
    if (path.extension() == ".jsonl") {
      places_.push_back(std::move(*places));
    } else {
      spill_folders_.insert(path.parent_path().filename());
    }
  }
  return {};
}

/// Records that name files of results, where one of these may have the text. Looked for by the folder's name: one scan
/// for all of its files.
Result<void> SessionSearch::note_spilled(const Source& source) {
  for (const std::string& folder : spill_folders_) {
    const auto pattern = TextPattern::of(folder);
    if (!pattern) continue;  // a name that no record can give
    auto named = scan(source, PatternScanner(*pattern));
    if (!named) return std::unexpected(std::move(named.error()));
    auto& ends = places_.front().ends;
    ends.insert(ends.end(), named->ends.begin(), named->ends.end());
    std::ranges::sort(ends);
  }
  return {};
}

const SessionSearch::Places* SessionSearch::places_of(const Source& source) const {
  const auto places = std::ranges::find_if(places_, [&](const Places& of) {
    return of.identity.device == source.identity().device && of.identity.inode == source.identity().inode;
  });
  return places == places_.end() ? nullptr : &*places;
}

Result<void> SessionSearch::run(const SessionFile& file, std::span<const fs::path> strays, const SessionFilter& filter,
                                const std::function<bool(SearchHit)>& sink) {
  const auto source = Source::open(file.path);
  if (!source) return std::unexpected(source.error());
  auto own = scan(*source, scanner_);
  if (!own) return std::unexpected(std::move(own.error()));
  places_.clear();
  places_.push_back(std::move(*own));
  if (auto scanned = scan_side_files(file, strays); !scanned) return scanned;
  if (!places_.front().is_everywhere && places_.front().ends.empty() && places_.size() == 1 && spill_folders_.empty())
    return {};
  if (auto noted = note_spilled(*source); !noted) return noted;

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
  const Places* places = places_of(source);
  for (const OutlineBlock& block : blocks) {
    if (places != nullptr && (places->in(block.record) || places->in(block.result)) && !look_into(source, block))
      return false;
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
  for (const std::string& text : strings_of(tool->input))
    if (!look_into_text(text, *block)) return false;
  return look_into_text(tool->result, *block);
}

/// One hit a line.
bool SessionSearch::look_into_text(std::string_view text, const Block& block) {
  const auto matches = scanner_.find(text);
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
