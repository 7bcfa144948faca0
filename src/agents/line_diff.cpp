#include "agents/line_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

namespace panko {

namespace {

using Kind = DiffLine::Kind;
using Lines = std::span<const std::string_view>;

/// Line ends of DOS stay with their lines, so that a change of them is one.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::size_t common_front(Lines before, Lines after) {
  return static_cast<std::size_t>(std::ranges::mismatch(before, after).in1 - before.begin());
}

std::size_t common_back(Lines before, Lines after) {
  std::size_t count = 0;
  while (count < before.size() && count < after.size() &&
         before[before.size() - 1 - count] == after[after.size() - 1 - count])
    ++count;
  return count;
}

class Diff {
 public:
  void add(Kind kind, Lines lines) {
    for (std::string_view line : lines) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back({kind, std::string(line)});
    }
  }

  /// By the longest sequence of lines that both have, where finding it is cheap.
  void add_changed(Lines before, Lines after) {
    constexpr std::size_t kMostCells = 40'000;
    const std::size_t width = after.size() + 1;
    if (before.empty() || after.empty() || (before.size() + 1) * width > kMostCells) {
      add(Kind::gone, before);
      add(Kind::added, after);
      return;
    }
    std::vector<std::uint16_t> longest((before.size() + 1) * width);  // from each pair of places on
    for (std::size_t i = before.size(); i-- > 0;)
      for (std::size_t j = after.size(); j-- > 0;)
        longest[i * width + j] = before[i] == after[j]
                                     ? static_cast<std::uint16_t>(longest[(i + 1) * width + j + 1] + 1)
                                     : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() && j < after.size()) {
      if (before[i] == after[j]) {
        add(Kind::same, before.subspan(i++, 1));
        ++j;
      } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
        add(Kind::gone, before.subspan(i++, 1));
      } else {
        add(Kind::added, after.subspan(j++, 1));
      }
    }
    add(Kind::gone, before.subspan(i));
    add(Kind::added, after.subspan(j));
  }

  std::vector<DiffLine> take() { return std::move(lines_); }

 private:
  std::vector<DiffLine> lines_;
};

}  // namespace

std::vector<DiffLine> marked_lines(std::string_view text, DiffLine::Kind kind) {
  Diff diff;
  diff.add(kind, lines_of(text));
  return diff.take();
}

std::vector<DiffLine> line_diff(std::string_view before, std::string_view after) {
  const auto before_lines = lines_of(before);
  const auto after_lines = lines_of(after);
  const Lines old_lines = before_lines;
  const Lines new_lines = after_lines;
  const std::size_t front = common_front(old_lines, new_lines);
  const std::size_t back = common_back(old_lines.subspan(front), new_lines.subspan(front));
  Diff diff;
  diff.add(Kind::same, new_lines.first(front));
  diff.add_changed(old_lines.subspan(front, old_lines.size() - front - back),
                   new_lines.subspan(front, new_lines.size() - front - back));
  diff.add(Kind::same, new_lines.last(back));
  return diff.take();
}

}  // namespace panko
