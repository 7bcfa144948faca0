#include "edition/finding_places.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "edition/session_pages.hpp"
#include "edition/shown_texts.hpp"

namespace panko {

namespace {

constexpr std::size_t kMostNamed = 64;    // files of results that are looked for in the records
constexpr std::size_t kMostLookedAt = 8;  // blocks of one value in one turn that may be the one that shows it

/// Rows by the records that they are made of.
class RowsOfRecords {
 public:
  explicit RowsOfRecords(const SessionPages& pages) : pages_(pages) {
    for (std::uint32_t row = 0; row < pages.size(); ++row) {
      const OutlineBlock& block = *pages.rows().at(row).block;
      const FileKey file = key_of(pages.source_of(row).identity());
      add(file, block.record, row);
      if (block.result != block.record) add(file, block.result, row);
    }
    for (auto& [file, records] : records_) std::ranges::sort(records);
  }

  /// All whose records lie in this one.
  [[nodiscard]] std::vector<std::uint32_t> in(const FileKey& file, ByteRange record) const {
    std::vector<std::uint32_t> rows;
    if (const auto whole = by_name_.find(file); whole != by_name_.end()) rows.push_back(whole->second);
    const auto records = records_.find(file);
    if (records == records_.end()) return rows;
    for (auto at = std::ranges::lower_bound(records->second, std::pair(record.offset, std::uint32_t{0}));
         at != records->second.end() && at->first < record.end(); ++at)
      rows.push_back(at->second);
    return rows;
  }

  [[nodiscard]] bool has(const FileKey& file) const { return records_.contains(file); }

  /// Files of results belong to the rows whose records name them.
  void name_results(const std::map<FileKey, std::string>& names) {
    if (names.empty()) return;
    for (std::uint32_t row = 0; row < pages_.size() && by_name_.size() < names.size(); ++row) {
      const ByteRange result = pages_.rows().at(row).block->result;
      if (result.empty()) continue;
      const auto bytes = pages_.source_of(row).read(result);
      if (!bytes) continue;
      for (const auto& [file, name] : names)
        if (bytes->contains(name)) by_name_.try_emplace(file, row);
    }
  }

 private:
  void add(const FileKey& file, ByteRange record, std::uint32_t row) {
    if (!record.empty()) records_[file].emplace_back(record.offset, row);
  }

  const SessionPages& pages_;
  std::map<FileKey, std::vector<std::pair<std::uint64_t, std::uint32_t>>> records_;
  std::map<FileKey, std::uint32_t> by_name_;
};

constexpr std::uint32_t kNoRow = UINT32_MAX;

/// As much of the line as a list has room for, in whole characters.
std::string line_around(std::string_view text, std::size_t at, std::size_t length) {
  constexpr std::size_t kBefore = 80;
  constexpr std::size_t kBehind = 120;
  const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  std::size_t begin = std::max(line, at - std::min(at, kBefore));
  while (begin < at && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) ++begin;
  const std::size_t end = std::min({text.find('\n', at), text.size(), at + length + kBehind});
  return squeeze_white_space(truncate_utf8(text.substr(begin), end - begin));
}

/// One value in one place: of a secret each block, of personal data each turn, because every record has some.
struct Group {
  std::vector<std::uint32_t> rows;  // that may show it
  std::string context;
  std::uint32_t count = 0;
  std::uint32_t order = 0;
};

class Places {
 public:
  explicit Places(const Transcript& masked) : pages_(masked, true), rows_of_(pages_) {}

  std::vector<SessionFinding> find(const SessionRedactor& redactor, std::span<const FilePlaces> files) {
    const auto found = redactor.findings();
    locate(found, files);
    std::map<std::tuple<std::uint32_t, std::uint32_t>, Group> groups;  // by value and row or turn
    for (const auto& finding : found) {
      const auto place = places_.find(finding.piece);
      if (place == places_.end()) continue;  // it was read again since
      const bool is_personal = redactor.values().at(finding.value).is_personal;
      auto rows = rows_of_.in(place->second.first, place->second.second);
      const std::uint32_t row = rows.empty() ? kNoRow : rows.front();
      Group& group = groups[{finding.value, is_personal && row != kNoRow ? turn_of(row) : row}];
      if (group.count == 0) {
        group.context = finding.context;
        group.order = static_cast<std::uint32_t>(groups.size());
      }
      group.count += finding.count;
      for (const std::uint32_t candidate : rows)
        if (group.rows.size() < kMostLookedAt || !is_personal) group.rows.push_back(candidate);
    }
    return in_order(redactor, groups);
  }

 private:
  void locate(const std::vector<SessionRedactor::Finding>& found, std::span<const FilePlaces> files) {
    std::map<FileKey, std::string> names;
    for (const FilePlaces& file : files) {
      for (const MaskedFile::Place& place : file.places) places_.try_emplace(place.piece, file.file, place.masked);
      const auto is_found = [&](const auto& finding) { return finding.piece == file.places.front().piece; };
      if (file.places.size() == 1 && !rows_of_.has(file.file) && names.size() < kMostNamed &&
          std::ranges::any_of(found, is_found))
        names.emplace(file.file, file.name);
    }
    rows_of_.name_results(names);
  }

  [[nodiscard]] std::uint32_t turn_of(std::uint32_t row) const {
    return static_cast<std::uint32_t>(std::ranges::upper_bound(pages_.prompts(), row) - pages_.prompts().begin());
  }

  /// Where the row's block shows the marker, if it does.
  [[nodiscard]] std::optional<std::string> line_with(std::uint32_t row, const std::string& marker) const {
    std::optional<std::string> line;
    any_shown_text(pages_.load(row), [&](std::string_view text) {
      const auto at = text.find(marker);
      if (at == std::string_view::npos) return false;
      line = line_around(text, at, marker.size());
      return true;
    });
    return line;
  }

  [[nodiscard]] std::vector<SessionFinding> in_order(
      const SessionRedactor& redactor, const std::map<std::tuple<std::uint32_t, std::uint32_t>, Group>& groups) const {
    std::vector<std::tuple<std::uint32_t, std::uint32_t, SessionFinding>> all;
    for (const auto& [key, group] : groups) {
      SessionFinding finding;
      finding.value = redactor.values().at(std::get<0>(key));
      finding.context = group.context;
      finding.count = group.count;
      std::uint32_t row = kNoRow;
      if (!group.rows.empty()) {
        row = group.rows.front();
        // What is allowed has no marker.
        const std::string marker = finding.value.is_allowed ? std::string() : marker_of(finding.value);
        for (std::size_t i = 0; i < group.rows.size() && !marker.empty(); ++i) {
          auto line = line_with(group.rows[i], marker);
          if (!line) continue;
          row = group.rows[i];
          finding.context = std::move(*line);
          break;
        }
        finding.anchor = pages_.anchor_of(row);
        finding.kind = name_of(pages_.rows().at(row).block->kind);
        finding.turn = turn_of(row);
      }
      all.emplace_back(row, group.order, std::move(finding));
    }
    std::ranges::sort(all, {}, [](const auto& one) { return std::pair(std::get<0>(one), std::get<1>(one)); });
    std::vector<SessionFinding> findings;
    findings.reserve(all.size());
    for (auto& [row, order, finding] : all) findings.push_back(std::move(finding));
    return findings;
  }

  const SessionPages pages_;
  RowsOfRecords rows_of_;
  std::map<SessionRedactor::Piece, std::pair<FileKey, ByteRange>> places_;
};

}  // namespace

std::vector<SessionFinding> find_places(const Transcript& masked, const SessionRedactor& redactor,
                                        std::span<const FilePlaces> files) {
  return Places(masked).find(redactor, files);
}

}  // namespace panko
