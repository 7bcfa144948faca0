// Any bytes as a session file: recognised, read, every block loaded, exported in all formats. Beside crashes it looks
// for text that is not valid UTF-8, for anchors that the outline does not know, and for JSON that is none.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

#include "agents/claude.hpp"
#include "agents/json_index.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "render/json.hpp"
#include "render/text.hpp"
#include "session/line_reader.hpp"

namespace {

void require(bool truth, std::source_location where = std::source_location::current()) {
  if (truth) return;
  std::fprintf(stderr, "%s:%u: does not hold\n", where.file_name(), where.line());
  std::abort();
}

void check_block(const panko::Block& block, const panko::OutlineBlock& entry) {
  require(panko::is_valid_utf8(block.text));
  require(panko::anchor_key_of(block.anchor) == entry.anchor_key);
  if (block.tool) require(panko::is_valid_utf8(block.tool->result) && panko::is_valid_utf8(block.tool->input));

  std::string json;
  panko::JsonWriter writer(json);
  writer.begin_object();
  panko::write_block_members(writer, block);
  writer.end_object();
  const std::size_t size = json.size();
  json.append(panko::LineReader::kPadding, '\0');
  panko::JsonIndex index;
  const auto status = index.load(std::string_view(json).substr(0, size));
  // An input may be nested up to the limit, and the block stands around it.
  require(status == panko::JsonStatus::complete || status == panko::JsonStatus::too_deep);
  for (const auto format : {panko::TextFormat::plain, panko::TextFormat::markdown}) {
    const std::string text = panko::render_text(block, format, 1);
    require(panko::is_valid_utf8(text) && !text.contains('\x1b'));
  }
}

void check_blocks(const panko::Source& source, const std::vector<panko::OutlineBlock>& blocks) {
  for (const panko::OutlineBlock& entry : blocks) {
    const auto block = panko::load_claude(source, entry, "/nonexistent/fuzz.jsonl");
    require(block.has_value());
    check_block(*block, entry);
    for (std::size_t i = 0; i <= block->images.size() && i < 4; ++i)
      static_cast<void>(panko::load_claude_image(source, entry, i));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto source = panko::Source::from_bytes(bytes);
  require(source.has_value());
  static_cast<void>(panko::recognises_claude(bytes));
  const panko::Summary summary = panko::summarise_claude(*source, "/nonexistent/fuzz.jsonl");
  const auto outline = panko::read_claude(*source, "/nonexistent/fuzz.jsonl", {});
  require(outline.has_value() && outline->facts.id == summary.id && !outline->facts.title.empty());
  check_blocks(*source, outline->blocks);
  for (const panko::Branch& branch : outline->branches) {
    require(branch.after <= outline->blocks.size());
    check_blocks(*source, branch.blocks);
  }
  for (const panko::Subagent& subagent : outline->subagents) check_blocks(*source, subagent.outline.blocks);
  return 0;
}
