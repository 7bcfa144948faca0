// A call of a tool: one line that says most, and folded behind it what was asked and what came of it, shown by what it
// was for (ToolAction).
#pragma once

#include "render/block_pieces.hpp"

namespace panko {

/// The inside of the block's article. `block` is a tool's or a sub-agent's.
void write_tool_call(Pieces& pieces, const Block& block);

}  // namespace panko
