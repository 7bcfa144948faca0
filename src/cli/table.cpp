#include "cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.hpp"

namespace panko::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 12;

}  // namespace

std::string aligned(const std::vector<Row>& rows, std::size_t flexible, std::size_t columns) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.cells.size()), 0);
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], terminal_width(row.cells[i].text));
  }
  std::size_t total = widths.empty() ? 0 : kGap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  if (flexible < widths.size() && total > columns) {
    const std::size_t excess = total - columns;
    widths[flexible] =
        std::max(std::min(widths[flexible], kNarrowest), widths[flexible] > excess ? widths[flexible] - excess : 0);
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string text = elide(row.cells[i].text, widths[i]);
      out += styled(row.cells[i].style, text);
      if (i + 1 < row.cells.size()) out.append(widths[i] - terminal_width(text) + kGap, ' ');
    }
    out += '\n';
    for (const Cell& cell : row.below) {
      const std::string lines = wrapped("  ", cell.text, 2, columns);
      out += styled(cell.style, std::string_view(lines).substr(0, lines.size() - 1)) + '\n';
    }
  }
  return out;
}

std::string wrapped(std::string line, std::string_view words, std::size_t indent, std::size_t columns) {
  std::string out;
  for (bool first = true; !words.empty(); first = false) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (!first && terminal_width(line) + 1 + terminal_width(word) > columns) {
      out += line + '\n';
      line.assign(indent, ' ');
      first = true;
    }
    line += (first ? "" : " ") + std::string(word);
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
  return out + line + '\n';
}

std::string tab_separated(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) out += (out.empty() && &cell == cells.data() ? "" : "\t") + cell;
  return out + '\n';
}

std::string local_time(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return text.data();
}

std::string short_time(std::chrono::seconds duration) {
  using namespace std::chrono;
  if (duration < minutes{1}) return "now";
  if (duration < hours{1} || duration >= days{1}) return describe_duration(duration);
  return fmt::format("{} h", duration / hours{1});
}

std::string short_size(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{} kB", bytes / 1000);
  return fmt::format("{}.{} MB", bytes / 1'000'000, bytes % 1'000'000 / 100'000);
}

}  // namespace panko::cli
