#include "edition/finding_places.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "edition/session_pages.hpp"
#include "edition/shown_texts.hpp"

namespace panko {

namespace {

/// Rows by the records that they are made of.
class RowsOfRecords {
 public:
  explicit RowsOfRecords(const SessionPages& pages) {
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
    const auto records = records_.find(file);
    if (records == records_.end()) return rows;
    for (auto at = std::ranges::lower_bound(records->second, std::pair(record.offset, std::uint32_t{0}));
         at != records->second.end() && at->first < record.end(); ++at)
      rows.push_back(at->second);
    return rows;
  }

 private:
  void add(const FileKey& file, ByteRange record, std::uint32_t row) {
    if (!record.empty()) records_[file].emplace_back(record.offset, row);
  }

  std::map<FileKey, std::vector<std::pair<std::uint64_t, std::uint32_t>>> records_;
};

bool shows(const Block& block, const std::string& marker) {
  return any_shown_text(block, [&](std::string_view text) { return text.contains(marker); });
}

}  // namespace

Result<std::vector<SessionFinding>> find_places(const Transcript& masked, const SessionRedactor& redactor,
                                                std::span<const FilePlaces> files) {
  const SessionPages pages(masked, true);
  const RowsOfRecords rows_of(pages);
  std::map<SessionRedactor::Piece, std::pair<FileKey, ByteRange>> places;
  for (const FilePlaces& file : files)
    for (const MaskedFile::Place& place : file.places) places.try_emplace(place.piece, file.file, place.masked);

  struct Found {
    std::uint32_t row = UINT32_MAX;
    std::size_t order = 0;
    SessionFinding finding;
  };
  std::vector<Found> all;
  for (auto& finding : redactor.findings()) {
    const auto place = places.find(finding.piece);
    if (place == places.end()) continue;  // it was read again since
    const MaskedValue& value = redactor.values().at(finding.value);
    const auto& [file, record] = place->second;
    const auto rows = rows_of.in(file, record);
    Found found;
    found.finding.value = value;
    found.finding.context = std::move(finding.context);
    found.finding.count = finding.count;
    if (!rows.empty()) {
      found.row = rows.front();
      if (rows.size() > 1 && !value.is_allowed) {
        const std::string marker = marker_of(value);
        const auto showing =
            std::ranges::find_if(rows, [&](std::uint32_t row) { return shows(pages.load(row), marker); });
        if (showing != rows.end()) found.row = *showing;
      }
      found.finding.anchor = pages.anchor_of(found.row);
      found.finding.kind = name_of(pages.rows().at(found.row).block->kind);
      const auto prompts = std::ranges::upper_bound(pages.prompts(), found.row) - pages.prompts().begin();
      found.finding.turn = static_cast<std::uint32_t>(prompts);
    }
    found.order = all.size();
    all.push_back(std::move(found));
  }
  std::ranges::sort(all, {}, [](const Found& found) { return std::pair(found.row, found.order); });
  std::vector<SessionFinding> findings;
  findings.reserve(all.size());
  for (Found& found : all) findings.push_back(std::move(found.finding));
  return findings;
}

}  // namespace panko
