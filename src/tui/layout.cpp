#include "tui/layout.hpp"

#include <algorithm>

#include "tui/sharing_view.hpp"

namespace panko::tui {

namespace {

constexpr int kSideBySide = 100;  // columns from which list and preview find room together
constexpr int kMargin = 2;        // a rule and a space, left of the preview

}  // namespace

Layout layout_of(const Model& model) {
  Layout layout;
  const int columns = model.columns;
  const int rows = model.rows;
  if (columns < Layout::kLeastColumns || rows < Layout::kLeastRows) {
    layout.too_small = true;
    return layout;
  }
  layout.header = {0, 0, columns, 1};
  layout.labels = {0, 1, columns, 1};
  layout.banner = {0, 2, columns, banner(model.sharing).empty() ? 0 : 1};
  const int top = 2 + layout.banner.rows;
  layout.status = {0, rows - 2, columns, 1};
  layout.footer = {0, rows - 1, columns, 1};
  const int height = rows - 2 - top;
  if (columns >= kSideBySide) {
    // The preview is read, so it gets no more than is read well.
    const int list = std::max(columns * 11 / 20, columns - 100);
    layout.list = {0, top, list, height};
    layout.preview = {list + kMargin, top, columns - list - kMargin - 1, height};
  } else if (model.browser.preview_focused) {
    layout.preview = {1, top, columns - 2, height};
  } else {
    layout.list = {0, top, columns, height};
  }
  return layout;
}

}  // namespace panko::tui
