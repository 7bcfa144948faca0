// What a share shows and to whom, in a few words each: what is masked and left out, who looks, what the link asks for.
// Cleaned text; pure.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "protocol/messages.hpp"
#include "tui/paint.hpp"

namespace panko::tui {

/// "tool output, thinking"; empty: nothing is left out.
[[nodiscard]] std::string left_out_of(const std::vector<std::string>& hide);

/// "14", "3 of 10"; empty: nobody has looked, and as many as want to may.
[[nodiscard]] std::string views_of(const protocol::ShareInfo& share);
/// The same with the word behind it.
[[nodiscard]] std::string counted_views(const protocol::ShareInfo& share);
/// "2 looking now", "3 previews", "last seen 5 min ago"; "nobody has looked yet".
[[nodiscard]] std::vector<Span> looks_of(const protocol::ShareInfo& share, WallTime now);
/// "12 secrets masked", "NOT MASKED", "without thinking", "downloads", "password".
[[nodiscard]] std::vector<Span> conditions_of(const protocol::ShareInfo& share);
/// "12 secrets and 30 personal values are masked." as a sentence of its own.
[[nodiscard]] Span masking_sentence(const protocol::ShareInfo& share);

/// The words of it beside each other with dots between, in as many lines of at most `columns` as that takes.
[[nodiscard]] std::vector<Line> flow(const std::vector<Span>& facts, int columns);

}  // namespace panko::tui
