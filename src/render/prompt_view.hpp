// What a person typed: as typed, with its line breaks, asterisks and angle brackets meaning themselves; only code
// between fences that are closed is set as code.
#pragma once

#include "render/block_pieces.hpp"

namespace panko {

void write_prompt(Pieces& pieces, std::string_view text);

}  // namespace panko
