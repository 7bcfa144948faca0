// What one cell of a drawn screen may send to a terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace panko::tui {

struct CellText {
  std::string text;      // without anything that could drive a terminal; never empty
  bool is_wide = false;  // takes two cells
  bool is_sure = false;  // every terminal agrees how wide it is
};

[[nodiscard]] CellText cell_text(std::string_view character);

/// Every terminal agrees how wide it is: then the cells behind it stand where they should.
[[nodiscard]] bool is_sure_width(std::string_view character);

}  // namespace panko::tui
