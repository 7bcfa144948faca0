// What a search met is marked where it is shown. Pure.
#pragma once

#include <string>
#include <vector>

#include "catalog/fuzzy.hpp"
#include "tui/paint.hpp"

namespace panko::tui {

/// The text, with these ranges of it in another style.
[[nodiscard]] Line marked(const std::string& text, const std::vector<MatchRange>& ranges, const Style& style,
                          const Style& match);

}  // namespace panko::tui
