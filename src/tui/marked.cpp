#include "tui/marked.hpp"

namespace panko::tui {

Line marked(const std::string& text, const std::vector<MatchRange>& ranges, const Style& style, const Style& match) {
  Line line;
  std::size_t done = 0;
  for (const MatchRange& range : ranges) {
    if (range.offset > done) line.push_back({text.substr(done, range.offset - done), style});
    line.push_back({text.substr(range.offset, range.length), match});
    done = range.offset + range.length;
  }
  if (done < text.size()) line.push_back({text.substr(done), style});
  return line;
}

}  // namespace panko::tui
