// Blocks and facts of a session as JSON members: docs/json.md, `panko show`. Pure. What is absent is left out.
#pragma once

#include "base/json_writer.hpp"
#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

/// Members of the block's object; the caller opens and closes it. Images of a tool's result are not among them.
void write_block_members(JsonWriter& json, const Block& block);

/// The objects that stand for the images of a tool's result.
void write_result_images(JsonWriter& json, const Block& block);

/// title to unreadable_lines.
void write_fact_members(JsonWriter& json, const SessionFacts& facts);

}  // namespace panko
