#include "protocol/framing.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace panko::protocol {

namespace {

constexpr std::size_t kKeptCapacity = std::size_t{64} << 10;

}  // namespace

void LineReader::feed(std::string_view bytes) {
  buffer_.erase(0, start_);
  scanned_ -= start_;
  start_ = 0;
  // One long request must not cost its memory for as long as the connection lives.
  if (buffer_.empty() && buffer_.capacity() > kKeptCapacity) buffer_.shrink_to_fit();
  buffer_ += bytes;
}

std::optional<Result<std::string>> LineReader::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', scanned_);
    const bool whole = end != std::string::npos;
    const std::string_view line = std::string_view(buffer_).substr(start_, whole ? end - start_ : std::string::npos);
    const bool too_long = line.size() > limit_;
    const bool skipped = skipping_;
    std::optional<Result<std::string>> result;
    if (!skipped && too_long) {
      result = fail(fmt::format("The line is longer than {} bytes.", limit_));
    } else if (!skipped && whole) {
      if (is_valid_utf8(line))
        result = std::string(line);
      else
        result = fail("The line is not UTF-8.");
    }

    if (whole) {
      start_ = scanned_ = end + 1;
      skipping_ = false;
    } else {
      scanned_ = buffer_.size();
      skipping_ = skipped || too_long;
      if (skipping_) start_ = scanned_;
    }
    if (result || !whole) return result;
  }
}

}  // namespace panko::protocol
