// The objects of a JSONL file, whatever state it is in: a BOM, CRLF, blank lines, NUL runs, bad UTF-8, two objects on
// one line, torn and huge lines. What every agent that writes JSONL is read through. Damage is counted, never an error.
// Not for use by several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_index.hpp"
#include "base/result.hpp"
#include "session/outline.hpp"
#include "session/source.hpp"

namespace panko {

struct JsonRecord {
  JsonValue object;
  ByteRange range;
  std::uint32_t ordinal = 0;  // counts the objects of the file; the first is 1
};

/// A line that is complete, as far as one can see, and over a limit.
struct UnshownLine {
  ByteRange range;  // a length over 4 GiB is cut
  std::uint32_t number = 0;
};

/// What a block says that stands for one: why it is not shown.
[[nodiscard]] std::string unshown_line_text(const OutlineBlock& block);

/// What there was on one line, blank ones included.
struct LineEnd {
  std::uint64_t offset = 0;  // of the line
  std::uint64_t length = 0;  // without the line end
  bool ended = true;         // a newline follows
  bool unreadable = false;   // it was counted
};

struct JsonLinesVisitor {
  std::function<bool(const JsonRecord&)> record;  // false: stop
  std::function<void(const UnshownLine&)> unshown;
  std::function<bool(std::string_view)> glance = {};  // true: the text of this line needs no parsing, it is one record
  std::function<void(const LineEnd&)> line_end = {};  // behind what the line held
};

/// How far passes came; a default one begins at the front. Only behind a line end another pass goes on as if there had
/// been one.
struct JsonLinesProgress {
  std::uint64_t read_to = 0;
  std::uint32_t records = 0;
  std::uint64_t lines = 0;
  std::uint64_t unreadable = 0;  // lines that are not complete JSON objects
};

/// One pass, from there to the end.
[[nodiscard]] Result<void> read_json_lines(const Source& source, const JsonLinesVisitor& visitor,
                                           JsonLinesProgress& progress);

/// One pass, from an offset on. The count is of lines that are not complete JSON objects.
[[nodiscard]] Result<std::uint64_t> read_json_lines(const Source& source, const JsonLinesVisitor& visitor,
                                                    std::uint64_t from = 0);

/// The same, each record and each line over a limit given to the builder's `add`.
template <class Builder>
[[nodiscard]] Result<void> add_json_lines(Builder& builder, const Source& source, JsonLinesProgress& progress) {
  const JsonLinesVisitor visitor{.record =
                                     [&](const JsonRecord& record) {
                                       builder.add(record);
                                       return true;
                                     },
                                 .unshown = [&](const UnshownLine& line) { builder.add(line); }};
  return read_json_lines(source, visitor, progress);
}
template <class Builder>
[[nodiscard]] Result<std::uint64_t> add_json_lines(Builder& builder, const Source& source, std::uint64_t from) {
  JsonLinesProgress progress{.read_to = from};
  if (const auto added = add_json_lines(builder, source, progress); !added) return std::unexpected(added.error());
  return progress.unreadable;
}

/// For recognising a file by its first bytes: its first records, at most so many, until `record` says false. How many
/// it was given; nullopt when they could not be read at all.
[[nodiscard]] std::optional<std::size_t> read_first_records(std::string_view head, std::size_t most,
                                                            const std::function<bool(const JsonValue&)>& record);

/// One object from its range, with its bytes: for looking at a record again.
class JsonDocument {
 public:
  [[nodiscard]] static Result<JsonDocument> read(const Source& source, ByteRange range);
  /// Of a record that was complete when it was read first: an error when it is not any more.
  [[nodiscard]] static Result<JsonDocument> read_complete(const Source& source, ByteRange range);
  [[nodiscard]] JsonStatus status() const { return status_; }
  /// Only when the status is complete.
  [[nodiscard]] JsonValue root() const { return index_->root(); }

 private:
  JsonDocument() = default;
  std::unique_ptr<std::string> text_;
  std::unique_ptr<JsonIndex> index_;
  JsonStatus status_ = JsonStatus::malformed;
};

}  // namespace panko
