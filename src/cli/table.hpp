// Aligned columns for a terminal, and tab-separated ones for a pipe. Cells are cleaned text. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

struct Cell {
  std::string text;
  Style style = Style::plain;
};

struct Row {
  std::vector<Cell> cells;
  std::vector<Cell> below;  // lines of their own under the row, wrapped but never cut
};

/// `flexible`: the column that gives way so that a row fits into `columns`.
[[nodiscard]] std::string aligned(const std::vector<Row>& rows, std::size_t flexible, std::size_t columns);

/// The words in lines of at most `columns`, unless one word alone is longer. `line` is what the first one begins with;
/// the others begin behind `indent` columns.
[[nodiscard]] std::string wrapped(std::string line, std::string_view words, std::size_t indent, std::size_t columns);

/// A row for a program to read: no alignment, nothing cut.
[[nodiscard]] std::string tab_separated(const std::vector<std::string>& cells);

/// "2026-11-23 00:15:02" where the user is.
[[nodiscard]] std::string local_time(WallTime time);
/// "now", "5 min", "2 h", "6 days": the largest unit alone.
[[nodiscard]] std::string short_time(std::chrono::seconds duration);
/// "812 B", "44 kB", "3.4 MB".
[[nodiscard]] std::string short_size(std::uint64_t bytes);

}  // namespace panko::cli
