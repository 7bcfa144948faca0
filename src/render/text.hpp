// Blocks as text for people: plain for a terminal, Markdown for a file. Pure. Nothing in plain text can drive a
// terminal, and nothing in Markdown can end the fence that it stands in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

enum class TextFormat { plain, markdown };

/// Title and facts.
[[nodiscard]] std::string render_text_head(const SessionFacts& facts, std::string_view agent_name, TextFormat format);

/// One block, an empty line behind it. `depth`: how many sub-agents it is inside.
[[nodiscard]] std::string render_text(const Block& block, TextFormat format, std::size_t depth);

/// The line above an abandoned branch.
[[nodiscard]] std::string render_branch_head(std::size_t number, TextFormat format);

}  // namespace panko
