// One file of a session and its masked copy: the same lines, with the same records on them, so that a reader finds in
// the copy what it finds in the original, under the same names. Nothing of what is no record gets into the copy.
// For one thread at a time; a Source that it gave out stays as it was, but for an unfinished last line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/json_lines.hpp"
#include "base/result.hpp"
#include "edition/deadline.hpp"
#include "edition/side_files.hpp"
#include "redact/redactor.hpp"
#include "session/source.hpp"
#include "session/spool.hpp"

namespace panko {

class MaskedFile {
 public:
  enum class Form : std::uint8_t {
    lines,     // JSONL
    document,  // one JSON document with a list of records
    whole,     // anything else: one piece
  };

  MaskedFile(Source original, std::filesystem::path path, Form form)
      : path_(std::move(path)), form_(form), original_(std::move(original)) {}
  /// A session's own file; `record_lists`: what its agent says of it.
  MaskedFile(Source original, std::filesystem::path path, std::span<const std::string_view> record_lists)
      : MaskedFile(std::move(original), std::move(path), record_lists.empty() ? Form::lines : Form::document) {
    record_lists_ = record_lists;
  }

  /// What a record comes from. Of a file that is one piece, no value.
  using OriginOf = std::function<OriginPtr(ByteRange, const JsonValue&)>;
  /// Reads what `original` has more than the last time: the same file, which has only grown where it is of lines.
  [[nodiscard]] Result<void> learn(const Source& original, SessionRedactor& redactor, const OriginOf& origin_of,
                                   const Deadline& deadline);
  /// Masks what was learnt from and not yet written.
  [[nodiscard]] Result<void> write(const SessionRedactor& redactor, const Deadline& deadline);
  /// Masks all of it again. False: what was complete of the copy is as it was before.
  [[nodiscard]] Result<bool> write_afresh(const SessionRedactor& redactor, const Deadline& deadline);

  /// Whether what it learnt holds for the file as it is now, so that learn() goes on from there.
  [[nodiscard]] bool can_go_on(const Source& now) const;
  /// What is too large is not shown by any reader, so it has no copy.
  [[nodiscard]] bool is_shown() const { return form_ == Form::lines || !parts_.empty(); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const Source& original() const { return original_; }
  /// In the place of the original.
  [[nodiscard]] Result<Source> copy();
  [[nodiscard]] std::uint64_t size() const { return spool_ ? spool_->size() : 0; }

  /// Where a piece is in the copy.
  struct Place {
    SessionRedactor::Piece piece = 0;
    ByteRange masked;
  };
  [[nodiscard]] std::vector<Place> places() const;

 private:
  /// What the copy has next.
  struct Part {
    enum class Kind : std::uint8_t { nothing, broken, record, frame, too_deep, too_long };
    std::uint64_t offset = 0;  // in the original
    std::uint64_t masked = 0;  // in the copy
    std::uint32_t length = 0;  // of what has no bytes that count (nothing, broken): how often it comes in a row
    std::uint32_t masked_length = 0;
    SessionRedactor::Piece piece = 0;
    Kind kind = Kind::nothing;
    bool ends_line = false;
  };

  Result<void> learn_record(const JsonRecord& record, SessionRedactor& redactor, const OriginOf& origin_of,
                            const Deadline& deadline);
  void add_unshown(const UnshownLine& line);
  Result<void> learn_lines(SessionRedactor& redactor, const OriginOf& origin_of, const Deadline& deadline);
  Result<void> learn_document(SessionRedactor& redactor, const OriginOf& origin_of, const Deadline& deadline);
  Result<void> learn_whole(SessionRedactor& redactor, const OriginOf& origin_of);
  void add_broken_elements(std::uint64_t count);
  Result<void> write_from(std::size_t first, const SessionRedactor& redactor, const Deadline& deadline);
  Result<void> write_part(Part& part, const SessionRedactor& redactor);
  Result<void> write_bare(std::string_view text, std::string_view between, std::uint32_t times);
  Result<void> write_document(const SessionRedactor& redactor, const Deadline& deadline);
  [[nodiscard]] Result<std::string> mask(const Part& part, const SessionRedactor& redactor);
  [[nodiscard]] Result<std::string_view> bytes_of(ByteRange range);

  std::filesystem::path path_;
  Form form_;
  std::span<const std::string_view> record_lists_;  // of a document: what the list of its records may be called
  Source original_;
  std::string tail_hash_;  // of its bytes when it was learnt from
  std::vector<Part> parts_;
  std::size_t settled_ = 0;     // parts behind whose lines there is a line end
  JsonLinesProgress progress_;  // behind them
  std::string frame_;           // of a document: all but its records

  std::unique_ptr<Spool> spool_;     // nullptr: nothing was written yet
  std::size_t written_ = 0;          // parts that the copy has for good
  std::uint64_t written_bytes_ = 0;  // the copy's size behind them

  std::string window_;  // of the original, while it is written
  std::uint64_t window_begin_ = 0;
};

}  // namespace panko
