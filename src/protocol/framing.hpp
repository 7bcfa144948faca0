// Cuts a stream of bytes into lines: the framing of the IPC socket, both ways. Pure; holds at most one line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/messages.hpp"

namespace panko::protocol {

class LineReader {
 public:
  /// `limit`: bytes of a line, its "\n" not counted.
  explicit LineReader(std::size_t limit = kMaxRequestBytes) : limit_(limit) {}

  void feed(std::string_view bytes);

  /// The next line without its "\n"; nullopt: not here yet. An error takes the place of a line that is too long (told
  /// once, as soon as it is; the rest of the line is skipped) or is not UTF-8.
  [[nodiscard]] std::optional<Result<std::string>> next();

  /// What is here and was not given out yet, for another reader.
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(start_); }
  /// In the middle of a line that was too long.
  [[nodiscard]] bool is_skipping() const { return skipping_; }

  /// Some bytes of a line are here, but not its end.
  [[nodiscard]] bool line_began() const { return skipping_ || start_ < buffer_.size(); }

 private:
  std::size_t limit_;
  std::string buffer_;
  std::size_t start_ = 0;    // of the line that is being read
  std::size_t scanned_ = 0;  // no "\n" between start_ and here
  bool skipping_ = false;    // the rest of a line that was too long
};

}  // namespace panko::protocol
