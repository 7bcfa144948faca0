// Changed files as diffs: what happened to the file, how many lines came and went, the lines with their old and new
// numbers, which are not part of the text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "render/block_pieces.hpp"
#include "session/tool.hpp"

namespace panko {

struct LineTotals {
  std::size_t added = 0;
  std::size_t gone = 0;
  LineTotals& operator+=(const LineTotals& other) {
    added += other.added;
    gone += other.gone;
    return *this;
  }
};
[[nodiscard]] LineTotals line_totals_of(const FileChange& change);

/// "+12 −3", nothing where no line is known to have changed.
void write_line_totals(HtmlWriter& html, const LineTotals& totals);

/// One file: its name, and its changes where they are known. Cut, with a link to all of it, like every block.
/// Without a heading where the file's name stands already.
enum class DiffHeading : std::uint8_t { none, file };
void write_file_change(Pieces& pieces, const FileChange& change, DiffHeading heading = DiffHeading::file);

}  // namespace panko
