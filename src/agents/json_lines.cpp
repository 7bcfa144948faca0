#include "agents/json_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::uint32_t clip(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

/// Loads the text, repaired when it has to be; `repaired` then holds what the index refers to.
JsonStatus load_or_repair(JsonIndex& index, std::string_view text, std::string& repaired) {
  const JsonStatus status = index.load(text);
  if (status != JsonStatus::bad_encoding) return status;
  repaired = repair_json(text);
  const std::size_t size = repaired.size();
  repaired.append(LineReader::kPadding, '\0');
  return index.load(std::string_view(repaired).substr(0, size));
}

class Pass {
 public:
  Pass(const Source& source, const JsonLinesVisitor& visitor, JsonLinesProgress& progress)
      : reader_(source, progress.read_to), visitor_(visitor), progress_(progress) {}

  Result<void> run() {
    while (const auto line = reader_.next()) {
      ++progress_.lines;
      progress_.read_to = line->offset + line->length + (line->ended ? 1 : 0);
      const std::uint64_t unreadable = progress_.unreadable;
      if (!read(*line)) break;
      if (visitor_.line_end)
        visitor_.line_end({line->offset, line->length, line->ended, progress_.unreadable != unreadable});
    }
    if (const auto& error = reader_.error()) return std::unexpected(*error);
    return {};
  }

 private:
  bool read(const Line& line) {
    if (line.too_long) {
      unshown(line);
      return true;
    }
    std::string_view text = line.text;
    if (line.offset == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const bool any_nul = !text.empty() && (text.front() == '\0' || text.back() == '\0');
    text = trim(text);
    if (text.empty()) {
      if (any_nul) ++progress_.unreadable;
      return true;
    }
    if (visitor_.glance && line.ended && visitor_.glance(text)) {
      ++progress_.records;
      return true;
    }
    if (index_.load(text) == JsonStatus::complete) return visit(line, text);
    return read_damaged(line, text);
  }

  /// Object by object: several on one line, or one that needs repair, is cut off or nested too deep.
  bool read_damaged(const Line& line, std::string_view text) {
    std::string repaired;
    bool complete = true;
    while (!(text = trim(text)).empty()) {
      const auto length = text.front() == '{' ? json_object_length(text) : std::nullopt;
      if (!length) {
        complete = false;
        break;
      }
      const std::string_view object = text.substr(0, *length);
      text.remove_prefix(*length);
      const JsonStatus status = load_or_repair(index_, object, repaired);
      if (status == JsonStatus::too_deep) {
        unshown(line);
      } else if (status != JsonStatus::complete) {
        complete = false;
      } else if (!visit(line, object)) {
        return false;
      }
    }
    if (!complete) ++progress_.unreadable;
    return true;
  }

  bool visit(const Line& line, std::string_view object) {
    const auto offset = static_cast<std::uint64_t>(object.data() - line.text.data());
    return visitor_.record({index_.root(), {line.offset + offset, clip(object.size())}, ++progress_.records});
  }

  void unshown(const Line& line) const { visitor_.unshown({{line.offset, clip(line.length)}, clip(progress_.lines)}); }

  LineReader reader_;
  JsonIndex index_;
  const JsonLinesVisitor& visitor_;
  JsonLinesProgress& progress_;
};

}  // namespace

Result<void> read_json_lines(const Source& source, const JsonLinesVisitor& visitor, JsonLinesProgress& progress) {
  return Pass(source, visitor, progress).run();
}

Result<std::uint64_t> read_json_lines(const Source& source, const JsonLinesVisitor& visitor, std::uint64_t from) {
  JsonLinesProgress progress{.read_to = from};
  if (const auto read = read_json_lines(source, visitor, progress); !read) return std::unexpected(read.error());
  return progress.unreadable;
}

Result<JsonDocument> JsonDocument::read(const Source& source, ByteRange range) {
  auto bytes = source.read(range);
  if (!bytes) return std::unexpected(bytes.error());
  JsonDocument document;
  document.text_ = std::make_unique<std::string>(std::move(*bytes));
  document.index_ = std::make_unique<JsonIndex>();
  document.text_->append(LineReader::kPadding, '\0');
  std::string repaired;
  document.status_ =
      load_or_repair(*document.index_, std::string_view(*document.text_).substr(0, range.length), repaired);
  if (!repaired.empty()) document.text_->swap(repaired);
  return document;
}

Result<JsonDocument> JsonDocument::read_complete(const Source& source, ByteRange range) {
  auto document = read(source, range);
  if (document && document->status() != JsonStatus::complete)
    return fail("The session file was rewritten while it was read; open it again.");
  return document;
}

std::string unshown_line_text(const OutlineBlock& block) {
  const char* reason = block.record.length > LineReader::kLongestLine ? "it is longer than 64 MiB"
                                                                      : "it is nested deeper than 64 levels";
  return fmt::format("[line {} not shown: {}]", block.ordinal, reason);
}

std::optional<std::size_t> read_first_records(std::string_view head, std::size_t most,
                                              const std::function<bool(const JsonValue&)>& record) {
  const auto source = Source::from_bytes(head);
  if (!source) return std::nullopt;
  std::size_t seen = 0;
  const JsonLinesVisitor visitor{.record =
                                     [&](const JsonRecord& found) {
                                       ++seen;
                                       return record(found.object) && seen < most;
                                     },
                                 .unshown = [](const UnshownLine&) {}};
  if (!read_json_lines(*source, visitor)) return std::nullopt;
  return seen;
}

}  // namespace panko
