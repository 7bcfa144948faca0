// The selected session in some lines: what it is about, how large it is, how it began and how it ended. Made for one
// session a frame, from its digest; no file is read. Pure.
#pragma once

#include <string>
#include <vector>

#include "tui/model.hpp"
#include "tui/paint.hpp"

namespace panko::tui {

/// Lines of at most `columns`, for the selected row: a session, or a project's heading.
[[nodiscard]] std::vector<Line> preview_lines(const Model& model, int columns);

/// A path as it is shown: cleaned, the home directory as "~".
[[nodiscard]] std::string shown_path(std::string_view path, std::string_view home);

}  // namespace panko::tui
