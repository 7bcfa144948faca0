// The lines of a Source, one after the other, each in place in a buffer that is read in large chunks. The buffer grows
// only for a line that is longer than it, and is given back behind that line: the peak follows the longest line.
// Offsets are those of the Source and stay good while the file grows. Not for use by several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "session/source.hpp"

namespace panko {

struct Line {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // without the line end
  std::uint64_t number = 0;  // the first is 1
  bool ended = true;         // a newline follows; only the last line can lack it
  bool too_long = false;     // over the limit: `text` is empty
  std::string_view text;     // valid until the next call
};

class LineReader {
 public:
  /// So many bytes behind a line's text may be read (not relied on): what simdjson wants.
  static constexpr std::size_t kPadding = 64;
  static constexpr std::size_t kChunk = std::size_t{256} * 1024;  // stays in the second-level cache while it is parsed
  static constexpr std::uint64_t kLongestLine = 64 << 20;

  explicit LineReader(const Source& source, std::uint64_t from = 0, std::uint64_t longest = kLongestLine);

  /// nullopt at the end, or when the file cannot be read: see error().
  [[nodiscard]] std::optional<Line> next();
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  bool fill();  // more bytes behind the ones that are there; false at the end
  void resize(std::size_t capacity);
  std::optional<Line> take(std::size_t end, bool ended);
  std::optional<Line> skip_long_line();

  const Source& source_;
  std::uint64_t longest_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;  // without the padding
  std::size_t begin_ = 0;     // of the line that comes next
  std::size_t end_ = 0;       // behind what is filled
  std::uint64_t base_ = 0;    // offset of the buffer's first byte in the source
  std::uint64_t number_ = 0;
  std::optional<Error> error_;
};

/// Behind the last newline, but not in front of `from`.
[[nodiscard]] Result<std::uint64_t> end_of_lines(const Source& source, std::uint64_t from = 0);

}  // namespace panko
