#include "edition/download.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "edition/session_pages.hpp"
#include "session/spool.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestStem = 80;

std::string_view ending_of(ExportFormat format) {
  switch (format) {
    case ExportFormat::json: return ".json";
    case ExportFormat::text: return ".txt";
    case ExportFormat::markdown: return ".md";
    case ExportFormat::html: return ".html";
    case ExportFormat::records: return ".jsonl";
  }
  return "";
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

}  // namespace

std::string file_stem_of(std::string_view title) {
  std::string stem;
  for (const char c : title) {
    if (stem.size() == kLongestStem) break;
    if (is_plain(c) && !(c == '.' && stem.empty())) {
      stem += c;
    } else if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
  }
  while (stem.ends_with('-') || stem.ends_with('.')) stem.pop_back();
  return stem.empty() ? "session" : stem;
}

Result<Download> Download::make(const Edition& edition, ExportFormat format) {
  const Transcript& transcript = edition.pages().transcript();
  auto spool = Spool::make(transcript.source().size());
  if (!spool) return std::unexpected(std::move(spool.error()));
  std::optional<Error> problem;
  auto done = export_edition(edition, format, [&](std::string_view piece) {
    if (auto written = spool->append(piece); !written) problem = std::move(written.error());
    return !problem;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  if (problem) return std::unexpected(std::move(*problem));
  auto bytes = spool->source();
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return Download(std::move(*bytes), file_stem_of(transcript.facts().title) + std::string(ending_of(format)));
}

Result<std::string> Download::read(std::uint64_t offset, std::uint32_t length) const {
  return bytes_.read(
      {.offset = offset, .length = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, size() - offset))});
}

}  // namespace panko
