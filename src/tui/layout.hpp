// Where everything is on the screen, for the one who draws and for the one who moves and clicks. Pure. Cells are
// counted from 0 at the top left.
#pragma once

#include "tui/model.hpp"

namespace panko::tui {

struct Box {
  int x = 0;
  int y = 0;
  int columns = 0;
  int rows = 0;
  [[nodiscard]] bool contains(int column, int row) const {
    return column >= x && column < x + columns && row >= y && row < y + rows;
  }
};

struct Layout {
  static constexpr int kLeastColumns = 60;
  static constexpr int kLeastRows = 15;

  bool too_small = false;  // then nothing else is set
  Box header;
  Box labels;   // a rule with the names of the columns
  Box banner;   // no rows when there is nothing to say
  Box list;     // no columns when the preview has all of them
  Box preview;  // no columns when it is not shown; the text, without its margin
  Box status;   // a rule, or what is to be said
  Box footer;
};

[[nodiscard]] Layout layout_of(const Model& model);

}  // namespace panko::tui
