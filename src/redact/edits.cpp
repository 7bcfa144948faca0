#include "redact/edits.hpp"

#include <algorithm>
#include <tuple>

namespace panko {

void merge(std::vector<Edit>& edits) {
  std::ranges::sort(edits, {}, [](const Edit& edit) { return std::tuple(edit.span.begin, edit.span.end); });
  std::size_t kept = 0;
  std::size_t longest = 0;
  for (const Edit& edit : edits) {
    if (kept > 0 && edit.span.begin < edits[kept - 1].span.end) {
      Edit& last = edits[kept - 1];
      if (std::tuple(edit.weight, edit.span.size()) > std::tuple(last.weight, longest)) {
        last.value = edit.value;
        last.weight = edit.weight;
        longest = edit.span.size();
      }
      last.span.end = std::max(last.span.end, edit.span.end);
      continue;
    }
    longest = edit.span.size();
    edits[kept++] = edit;
  }
  edits.resize(kept);
}

std::string splice(std::string_view bytes, ByteSpan range, std::span<const Edit> edits,
                   std::span<const std::string> markers) {
  std::string out;
  out.reserve(range.size());
  std::size_t at = range.begin;
  const auto first = std::ranges::lower_bound(edits, range.begin, {}, [](const Edit& edit) { return edit.span.begin; });
  for (const Edit& edit : std::span(first, edits.end())) {
    if (edit.span.begin >= range.end) break;
    out += bytes.substr(at, edit.span.begin - at);
    if (edit.value != kNothing) out += markers[edit.value];
    at = edit.span.end;
  }
  if (at < range.end) out += bytes.substr(at, range.end - at);
  return out;
}

}  // namespace panko
