// Transcript text on its way to the page: whatever it is, what comes out is our own markup and stays in proportion.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "render/markdown.hpp"
#include "render/page_blocks.hpp"
#include "tests/support/html_check.hpp"

namespace {

void check(panko::HtmlWriter& html, std::size_t limit) {
  const std::string page = html.take();
  const std::string problem = panko::test::HtmlCheck::problem_of(page);
  if (!problem.empty()) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problem.empty() || page.size() > limit) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  panko::HtmlWriter markdown;
  panko::write_markdown(markdown, input);
  check(markdown, 64 * size + (64 << 10));

  panko::Block block;
  block.kind = static_cast<panko::BlockKind>(size % 9);
  block.anchor = input.substr(0, 40);
  block.text = input;
  block.tool = panko::ToolUse{};
  block.tool->name = input.substr(0, 20);
  block.tool->input = input;
  block.tool->result = input;
  block.tool->has_result = true;
  panko::HtmlWriter piece;
  panko::write_block(piece, block, {});
  check(piece, 256 * size + (1 << 20));
  return 0;
}
