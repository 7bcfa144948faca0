// What a person reads of a block on the page, as plain texts: for finding. Pure.
#pragma once

#include <functional>
#include <string_view>

#include "session/block.hpp"

namespace panko {

/// Calls `visit` with one text after the other, the most telling first, until it returns true; whether it did.
/// Terminal sequences are taken out. A text may come twice: as recorded, and as it is shown.
bool any_shown_text(const Block& block, const std::function<bool(std::string_view)>& visit);

}  // namespace panko
