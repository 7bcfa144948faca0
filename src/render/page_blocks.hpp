// One block of a conversation as a piece of the page. Everything in a block is hostile; everything is escaped by the
// writer, and cut where it is long.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "render/html.hpp"
#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

/// What a turn cost: of all responses up to the next prompt.
struct TurnSum {
  Usage usage;
  std::chrono::milliseconds duration{0};  // 0: nobody knows
};

struct BlockView {
  Constant root = "";             // from this page to the share's root, see Url
  bool whole = false;             // the block on a page of its own: nothing cut, nothing folded
  std::string_view version{};     // hex, as in docs/page.md; empty: it has none
  std::string_view model{};       // where another one speaks than before in the same group, else empty
  std::optional<TurnSum> turn{};  // of a prompt whose turn is over
  std::string_view directory{};   // where the session works: paths inside are shown from there
};

/// What a page shows of one text before it offers the rest on a page of its own.
constexpr std::size_t kShownBytes = std::size_t{32} << 10;

void write_block(HtmlWriter& html, const Block& block, const BlockView& view);

/// The first line of what was said, for contents and summaries: at most `columns` wide.
[[nodiscard]] std::string first_line_of(std::string_view text, std::size_t columns);

}  // namespace panko
