#include "session/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

namespace panko {

LineReader::LineReader(const Source& source, std::uint64_t from, std::uint64_t longest)
    : source_(source), longest_(longest), base_(from) {
  resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, source.size() + 1)));
}

void LineReader::resize(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity + kPadding);
  std::memset(larger.get() + capacity, 0, kPadding);
  if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
  base_ += begin_;
  end_ -= begin_;
  begin_ = 0;
}

bool LineReader::fill() {
  const std::size_t rest = end_ - begin_;
  if (rest < capacity_ && begin_ > 0) {
    if (capacity_ > kChunk && rest < kChunk / 2) {
      resize(kChunk);
    } else {
      std::memmove(buffer_.get(), buffer_.get() + begin_, rest);
      base_ += begin_;
      begin_ = 0;
      end_ = rest;
    }
  } else if (rest == capacity_) {
    resize(capacity_ * 2);
  }
  const auto got = source_.read_at(base_ + end_, std::span(buffer_.get() + end_, capacity_ - end_));
  if (!got) error_ = got.error();
  if (!got || *got == 0) return false;
  end_ += *got;
  return true;
}

std::optional<Line> LineReader::next() {
  std::size_t searched = 0;
  for (;;) {
    const char* from = buffer_.get() + begin_ + searched;
    const std::size_t left = end_ - begin_ - searched;
    if (const void* newline = left == 0 ? nullptr : std::memchr(from, '\n', left))
      return take(static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.get()), true);
    searched = end_ - begin_;
    if (searched > longest_) return skip_long_line();
    if (!fill()) {
      if (error_ || begin_ == end_) return std::nullopt;
      return take(end_, false);
    }
  }
}

std::optional<Line> LineReader::take(std::size_t end, bool ended) {
  const std::size_t length = end - begin_;
  Line line{.offset = base_ + begin_, .length = length, .number = ++number_, .ended = ended, .text = {}};
  line.too_long = length > longest_;
  if (!line.too_long) line.text = std::string_view(buffer_.get() + begin_, length);
  begin_ = ended ? end + 1 : end;
  return line;
}

std::optional<Line> LineReader::skip_long_line() {
  Line line{.offset = base_ + begin_, .number = ++number_, .too_long = true, .text = {}};
  base_ += end_;
  begin_ = end_ = 0;
  resize(kChunk);
  for (;;) {
    if (const void* newline = std::memchr(buffer_.get(), '\n', end_)) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.get()) + 1;
      line.length = base_ + begin_ - 1 - line.offset;
      return line;
    }
    base_ += end_;
    begin_ = end_ = 0;
    if (!fill()) break;
  }
  if (error_) return std::nullopt;
  line.ended = false;
  line.length = base_ - line.offset;
  return line;
}

Result<std::uint64_t> end_of_lines(const Source& source, std::uint64_t from) {
  std::size_t most = 16;  // nearly always the last byte is it
  std::string window;
  for (std::uint64_t end = source.size(); end > from; most = std::size_t{16} * 1024) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end - from, most);
    window.resize(static_cast<std::size_t>(end - begin));
    const auto got = source.read_at(begin, window);
    if (!got) return std::unexpected(got.error());
    const auto newline = std::string_view(window).substr(0, *got).rfind('\n');
    if (newline != std::string_view::npos) return begin + newline + 1;
    end = begin;
  }
  return from;
}

}  // namespace panko
