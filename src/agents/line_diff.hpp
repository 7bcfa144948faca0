// What was changed between two short texts, line by line, where nobody recorded it: an edit says what stood there and
// what stands there now. Pure; time and memory follow the size of the texts.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "session/tool.hpp"

namespace panko {

/// More lines are not made into a diff: each costs some fifty bytes, however short it is.
constexpr std::size_t kMostDiffLines = 200'000;

/// The lines of a text, one added or gone each. A line end at its end begins no further line.
[[nodiscard]] std::vector<DiffLine> marked_lines(std::string_view text, DiffLine::Kind kind);

/// Lines that both have are `same`: all of them in short texts, in longer ones those at both ends.
[[nodiscard]] std::vector<DiffLine> line_diff(std::string_view before, std::string_view after);

}  // namespace panko
