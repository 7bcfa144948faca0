// Images of a block, which the page fetches when they are looked at.
#pragma once

#include <span>

#include "render/block_pieces.hpp"
#include "session/block.hpp"

namespace panko {

void write_images(Pieces& pieces, std::span<const ImageInfo> images);

}  // namespace panko
