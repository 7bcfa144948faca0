// What the views of blocks are made of: code with line numbers, terminal output, Markdown, and the ways to show less of
// what is long. Everything is escaped by the writer. A `Pieces` lives as long as one block is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "render/html.hpp"
#include "render/page_blocks.hpp"

namespace panko {

class Pieces {
 public:
  Pieces(HtmlWriter& html, std::string_view anchor, const BlockView& view)
      : html_(html), anchor_(anchor), view_(view) {}

  [[nodiscard]] HtmlWriter& html() { return html_; }
  [[nodiscard]] const BlockView& view() const { return view_; }
  [[nodiscard]] std::string_view anchor() const { return anchor_; }

  /// At most kShownBytes, cut behind a line where that is near; all of it on the block's own page.
  [[nodiscard]] std::string_view shown(std::string_view text) const;

  /// The link to the block's own page, where all of it is. `bytes`: how much that is; 0: nobody knows.
  void more(std::size_t bytes = 0);

  /// Something of many lines: `write` is called for the first of them, and for the rest, which is folded.
  void folded(std::size_t lines, const std::function<void(std::size_t count)>& write);

  /// Source code. `first_line`: number of the first one; 0: without numbers.
  void code(std::string_view text, Constant language, std::uint32_t first_line = 0);

  /// What a program wrote.
  void output(std::string_view text);

  void prose(std::string_view markdown);

  /// "path" with its folder quiet and its name plain.
  void path(std::string_view path);

 private:
  HtmlWriter& html_;
  std::string_view anchor_;
  const BlockView& view_;
};

/// Lines of a text: one that does not end with a line end counts.
[[nodiscard]] std::size_t count_lines(std::string_view text);

/// The text without the empty lines at its end.
[[nodiscard]] std::string_view without_last_line_ends(std::string_view text);

/// Takes the next `count` lines, with their line ends, from the front of `text`.
[[nodiscard]] std::string_view take_lines(std::string_view& text, std::size_t count);

/// Carriage returns in it become visible: on a page each would end the line.
[[nodiscard]] std::string one_line(std::string_view text);

/// The end of a path that is too long to be shown: "…/render/page.cpp".
[[nodiscard]] std::string short_path(std::string_view path, std::string_view directory, std::size_t columns);

}  // namespace panko
