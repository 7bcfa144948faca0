// Any bytes as a session file of each agent: recognised, read, every block loaded, exported in all formats, digested in
// two steps. Beside crashes it looks for text that is not valid UTF-8, for anchors that the outline does not know, for
// JSON that is none, and for digests that disagree with the outline.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

#include "agents/agent.hpp"
#include "agents/claude_glance.hpp"
#include "base/json_index.hpp"
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

constexpr const char* kPath = "/nonexistent/fuzz.jsonl";

void check_blocks(const panko::Agent& agent, const panko::Source& source,
                  const std::vector<panko::OutlineBlock>& blocks) {
  for (const panko::OutlineBlock& entry : blocks) {
    const auto block = agent.load(source, entry, kPath);
    require(block.has_value());
    check_block(*block, entry);
    for (std::size_t i = 0; i <= block->images.size() && i < 4; ++i)
      static_cast<void>(agent.load_image(source, entry, i));
  }
}

/// A digest may have taken a long line at a glance; damage inside of it counts for the outline alone.
bool any_glance(const panko::Source& source) {
  panko::LineReader reader(source);
  while (const auto line = reader.next())
    if (line->text.size() >= panko::ClaudeGlance::kShortest && line->text.contains(R"({"parentUuid":)")) return true;
  return false;
}

/// Digested in two steps, and whole: the same, and what the outline says.
void check_digest(const panko::Agent& agent, const panko::Source& source, const panko::SessionFacts& facts) {
  panko::Source part = source;
  part.cut_at(source.size() / 2);
  panko::DigestProgress stepped;
  require(agent.digest(part, kPath, stepped).has_value() && stepped.read_to <= part.size());
  const auto digest = agent.digest(source, kPath, stepped);
  panko::DigestProgress whole;
  const auto other = agent.digest(source, kPath, whole);
  require(digest.has_value() && other.has_value() && stepped.read_to == whole.read_to);
  require(digest->messages == other->messages && digest->tools == other->tools);
  require(digest->first_prompt == other->first_prompt && digest->last_answer == other->last_answer);
  for (const std::string& text : {digest->first_prompt, digest->last_answer})
    require(panko::is_valid_utf8(text) && text.size() <= panko::Digest::kTextBytes);
  require(panko::is_valid_utf8(digest->facts.cwd) && panko::is_valid_utf8(digest->facts.git_branch));
  if (any_glance(source)) return;
  require(digest->facts.id == facts.id && digest->facts.title == facts.title && digest->facts.cwd == facts.cwd);
  require(digest->facts.usage == facts.usage && digest->facts.unreadable_lines == facts.unreadable_lines);
}

void check(const panko::Agent& agent, const panko::Source& source, std::string_view bytes) {
  static_cast<void>(agent.recognises(bytes));
  if (agent.read == nullptr) return;  // known by name alone
  const panko::Summary summary = agent.summarise(source, kPath);
  const auto outline = agent.read(source, kPath, {});
  require(outline.has_value() && outline->facts.id == summary.id && !outline->facts.title.empty());
  check_blocks(agent, source, outline->blocks);
  for (const panko::Branch& branch : outline->branches) {
    require(branch.after <= outline->blocks.size());
    check_blocks(agent, source, branch.blocks);
  }
  for (const panko::Subagent& subagent : outline->subagents) check_blocks(agent, source, subagent.outline.blocks);
  check_digest(agent, source, outline->facts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto source = panko::Source::from_bytes(bytes);
  require(source.has_value());
  for (const panko::Agent* agent : panko::all_agents()) check(*agent, *source, bytes);
  return 0;
}
