#include "session/text_places.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace panko {

namespace {

constexpr std::size_t kChunk = std::size_t{256} * 1024;  // stays in the second-level cache
constexpr std::uint64_t kNear = 64;                      // no record of a session is shorter

}  // namespace

bool TextPlaces::may_be_in(ByteRange range) const {
  if (is_everywhere) return !range.empty();
  const auto place = std::ranges::upper_bound(ends, range.offset);
  return place != ends.end() && *place <= range.end();
}

Result<TextPlaces> PlaceFinder::find(const Source& source) {
  TextPlaces places{.identity = source.identity(), .is_everywhere = scanner_.pattern().is_unfiltered(), .ends = {}};
  if (places.is_everywhere) return places;
  const std::size_t overlap = scanner_.pattern().longest_raw() - 1;
  if (buffer_.size() < kChunk + overlap) buffer_.resize(kChunk + overlap);
  std::size_t carried = 0;    // of the chunk before, at the buffer's begin
  bool is_same_line = false;  // as the last place
  for (std::uint64_t at = 0; at < source.size();) {
    const auto got = source.read_at(at, std::span(buffer_.data() + carried, kChunk));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    const std::uint64_t base = at - carried;
    const std::string_view bytes = std::string_view(buffer_).substr(0, carried + *got);
    found_.clear();
    scanner_.find_raw(bytes, found_);
    std::size_t seen = carried;
    const auto same_line_up_to = [&](std::size_t end) {
      return is_same_line && std::memchr(bytes.data() + seen, '\n', end - seen) == nullptr;
    };
    for (const std::size_t end : found_) {
      if (end <= carried) continue;  // the chunk before had it
      const bool is_near = !places.ends.empty() && base + end - places.ends.back() < kNear;
      if (!is_near || !same_line_up_to(end)) places.ends.push_back(base + end);
      is_same_line = true;
      seen = end;
    }
    is_same_line = same_line_up_to(bytes.size());
    at += *got;
    carried = std::min(overlap, bytes.size());
    std::memmove(buffer_.data(), bytes.data() + bytes.size() - carried, carried);
  }
  return places;
}

}  // namespace panko
