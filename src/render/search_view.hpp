// What a search found: lines of "path:number:text" by file, with the numbers at the side; anything else as it is.
#pragma once

#include "render/block_pieces.hpp"

namespace panko {

void write_search_results(Pieces& pieces, std::string_view result);

}  // namespace panko
