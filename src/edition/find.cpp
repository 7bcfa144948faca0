#include "edition/find.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "edition/shown_texts.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kReadBytes = 32 << 20;  // of records in one go: about 100 ms

/// What is around the first match in its line.
struct Excerpt {
  std::string text;
  std::vector<MatchRange> marks;
};

bool starts_character(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

Excerpt excerpt_of(std::string_view text, std::span<const MatchRange> matches) {
  constexpr std::size_t kBefore = 60;
  constexpr std::size_t kBehind = 160;
  constexpr std::string_view kCut = "…";
  const MatchRange& first = matches.front();
  const std::size_t match_end = first.offset + first.length;
  const std::size_t line = first.offset == 0 ? 0 : text.rfind('\n', first.offset - 1) + 1;
  const std::size_t line_end = std::min(text.find('\n', match_end), text.size());
  std::size_t begin = std::max(line, first.offset - std::min(first.offset, kBefore));
  std::size_t end = std::min(line_end, match_end + kBehind);
  while (!starts_character(text, begin)) ++begin;
  while (!starts_character(text, end)) --end;
  Excerpt excerpt;
  if (begin > line) excerpt.text = kCut;
  for (const MatchRange& match : matches) {
    if (match.offset + match.length > end) break;
    excerpt.marks.push_back({match.offset - begin + excerpt.text.size(), match.length});
  }
  excerpt.text += text.substr(begin, end - begin);
  if (end < line_end) excerpt.text += kCut;
  return excerpt;
}

/// UTF-16 code units of valid UTF-8.
std::uint64_t utf16_size(std::string_view text) {
  std::uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/// Adds the sources of sub-agents whose files are not beside the session.
Result<void> add_subagents(SessionPlaces& places, const Outline& outline, PlaceFinder& finder) {
  for (const Subagent& subagent : outline.subagents) {
    if (subagent.source) {
      if (auto added = places.add(finder, *subagent.source); !added) return added;
    }
    if (auto added = add_subagents(places, subagent.outline, finder); !added) return added;
  }
  return {};
}

void write_hit(JsonWriter& json, std::uint32_t row, const Block& block, const Excerpt& excerpt) {
  json.begin_object().key("anchor").value(block.anchor).key("row").value(std::uint64_t{row} + 1);
  json.key("kind").value(name_of(block.kind)).key("text").value(excerpt.text).key("marks").begin_array();
  const std::string_view text = excerpt.text;
  for (const auto& [offset, length] : excerpt.marks) {
    json.begin_array().value(utf16_size(text.substr(0, offset))).value(utf16_size(text.substr(offset, length)));
    json.end_array();
  }
  json.end_array().end_object();
}

}  // namespace

Result<SessionPlaces> places_in(const SessionPages& pages, PlaceFinder& finder) {
  const Transcript& transcript = pages.transcript();
  auto places = SessionPlaces::find(finder, transcript.agent(), transcript.path(), transcript.source(), {});
  if (!places) return places;
  if (auto added = add_subagents(*places, transcript.outline(), finder); !added)
    return std::unexpected(std::move(added.error()));
  return places;
}

Result<Find::PlacesPtr> Find::places_of(std::string_view text, PlaceFinder& finder) const {
  {
    const std::scoped_lock lock(mutex_);
    if (places_ && text_ == text) return places_;
  }
  auto found = places_in(pages_, finder);
  if (!found) return std::unexpected(std::move(found.error()));
  auto places = std::make_shared<const SessionPlaces>(std::move(*found));
  const std::scoped_lock lock(mutex_);
  text_ = text;
  places_ = places;
  return places;
}

Result<std::optional<std::string>> Find::run(std::string_view text, std::string_view after) const {
  std::uint32_t row = 0;
  if (!after.empty()) {
    const auto found = pages_.find(after);
    if (!found) return std::optional<std::string>();
    row = *found + 1;
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("version").value(version_text(pages_.version())).key("hits").begin_array();
  std::string more;
  // What cannot be looked for, because of the text or of this machine, is nowhere.
  if (const auto pattern = TextPattern::of(text)) {
    PlaceFinder finder(*pattern);
    const auto places = places_of(text, finder);
    if (!places) return std::unexpected(places.error());
    std::size_t hits = 0;
    std::uint64_t read = 0;
    std::string last;  // the anchor of the last row that was looked at
    for (; row < pages_.size(); ++row) {
      const OutlineBlock& outlined = *pages_.rows().at(row).block;
      if (!(*places)->may_have(pages_.source_of(row), outlined)) continue;
      if (hits == kMostHits || read >= kReadBytes) {
        more = last;
        break;
      }
      const Block block = pages_.load(row);
      read += std::uint64_t{outlined.record.length} + outlined.result.length;
      last = block.anchor;
      const bool hit = any_shown_text(block, [&](std::string_view shown) {
        const auto matches = finder.scanner().find(shown);
        if (matches.empty()) return false;
        write_hit(json, row, block, excerpt_of(shown, matches));
        return true;
      });
      if (hit) ++hits;
    }
  }
  json.end_array();
  if (!more.empty()) json.key("more").value(more);
  json.end_object();
  return std::optional(std::move(out));
}

}  // namespace panko
