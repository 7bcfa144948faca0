#include <algorithm>
#include <chrono>
#include <tuple>

#include "agents/digest_steps.hpp"
#include "agents/notes_outline.hpp"
#include "session/line_reader.hpp"

namespace panko {

/// Results in front of their calls: records may be shuffled.
void NotesOutlineBuilder::adopt_orphans(std::vector<Entry>& entries) {
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> waiting;  // calls without a result, the first of each id
  if (std::ranges::none_of(entries, &Entry::is_orphan)) return;
  for (std::uint32_t i = 0; i < entries.size(); ++i)
    if (entries[i].call != 0 && !entries[i].is_orphan && !entries[i].is_gone && entries[i].block.result.empty())
      waiting.try_emplace(entries[i].call, i);
  for (Entry& orphan : entries) {
    if (!orphan.is_orphan || orphan.is_gone || orphan.call == 0) continue;
    const auto call = waiting.find(orphan.call);
    if (call == waiting.end()) continue;
    OutlineBlock& block = entries[call->second].block;
    block.result = orphan.block.record;
    block.result_part = orphan.block.part;
    block.is_error = orphan.block.is_error;
    orphan.is_gone = true;
    waiting.erase(call);
  }
}

/// A sub-agent of a sub-agent stands among the blocks of the outer one.
void NotesOutlineBuilder::attach_subagents(std::vector<Entry>& entries, Outline& outline) const {
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> subagents;  // by call
  const auto outermost = [&](std::uint64_t call) {
    for (int depth = 0; depth < 16; ++depth) {
      const std::uint64_t outer = entries[entry_by_call_.at(call)].inside;
      if (outer == 0) return call;
      call = outer;
    }
    return std::uint64_t{0};  // round in a circle
  };
  for (Entry& entry : entries) {
    if (entry.inside == 0) continue;
    entry.inside = outermost(entry.inside);
    if (entry.inside == 0 || entry.is_gone) continue;
    const auto [known, is_new] =
        subagents.try_emplace(entry.inside, static_cast<std::uint32_t>(outline.subagents.size()));
    if (is_new) {
      OutlineBlock& call = entries[entry_by_call_.at(entry.inside)].block;
      call.kind = BlockKind::subagent;
      call.subagent = known->second;
      Subagent& subagent = outline.subagents.emplace_back();
      if (const auto spawn = spawns_.find(entry.inside); spawn != spawns_.end()) {
        subagent.type = spawn->second.type;
        subagent.description = spawn->second.description;
      }
      subagent.outline.facts.title = subagent.description.empty() ? "Sub-agent" : subagent.description;
    }
    outline.subagents[known->second].outline.blocks.push_back(entry.block);
  }
}

/// By branch: the order that what it leaves behind ends with.
std::vector<std::uint32_t> NotesOutlineBuilder::find_branches(std::vector<Entry>& entries) const {
  if (!format_->is_tree) return taken_back_;
  std::vector<ClaudeNode> nodes = nodes_;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (const auto parent = node_by_id_.find(parents_[i]); parents_[i] != 0 && parent != node_by_id_.end())
      nodes[i].parent = parent->second;
  const ClaudeBranches branches = find_claude_branches(nodes);
  for (Entry& entry : entries) entry.branch = branches.branch_of[entry.order];
  std::vector<std::uint32_t> begins;
  begins.reserve(branches.fork_of.size());
  for (const std::uint32_t fork : branches.fork_of) begins.push_back(fork + 1);
  return begins;
}

Outline NotesOutlineBuilder::finish(const std::filesystem::path& path) const {
  std::vector<Entry> entries = entries_;
  Outline outline;
  outline.facts = facts_.sum_up(path);
  outline.facts.unreadable_lines = unreadable_;
  outline.usages = usages_;
  for (const Usage& usage : usages_) outline.facts.usage += usage;
  adopt_orphans(entries);
  const std::vector<std::uint32_t> begins = find_branches(entries);
  attach_subagents(entries, outline);  // it knows entries by their places: before these change
  if (is_out_of_order_)
    std::ranges::sort(entries, {}, [](const Entry& entry) { return std::pair(entry.order, entry.index); });
  outline.branches.resize(begins.size());
  outline.blocks.reserve(entries.size());
  std::vector<std::uint32_t> orders;  // of the main line's blocks
  for (const Entry& entry : entries) {
    if (entry.is_gone || entry.inside != 0) continue;
    if (entry.branch != 0) {
      outline.branches[entry.branch - 1].blocks.push_back(entry.block);
    } else {
      outline.blocks.push_back(entry.block);
      orders.push_back(entry.order);
    }
  }
  for (std::size_t i = 0; i < begins.size(); ++i)
    outline.branches[i].after =
        static_cast<std::uint32_t>(std::ranges::lower_bound(orders, begins[i]) - orders.begin());
  std::erase_if(outline.branches, [](const Branch& branch) { return branch.blocks.empty(); });
  return outline;
}

std::vector<ToolCount> NotesOutlineBuilder::tools() const {
  std::vector<ToolCount> tools;
  for (const Entry& entry : entries_)
    if (entry.name != kNoName && !entry.is_gone && entry.inside == 0) count_call(tools, names_[entry.name]);
  sort_by_calls(tools);
  return tools;
}

Result<Outline> read_noted_lines(const RecordFormat& format, const Source& source, const std::filesystem::path& path,
                                 const ReadLimits& limits) {
  NotesOutlineBuilder builder(format, limits.records_until);
  if (const auto added = builder.add_all(source); !added) return std::unexpected(added.error());
  return builder.finish(path);
}

Summary summary_of(SessionFacts facts) {
  return {.id = std::move(facts.id),
          .title = std::move(facts.title),
          .cwd = std::move(facts.cwd),
          .started_at = facts.started_at,
          .ended_at = facts.ended_at,
          .is_child = facts.is_child};
}

Summary summarise_noted_lines(const RecordFormat& format, const Source& source, const std::filesystem::path& path) {
  constexpr std::uint64_t kWindow = 256 << 10;
  NotesOutlineBuilder builder(format);
  Source head = source;
  if (source.size() > 2 * kWindow) head.cut_at(kWindow);
  // A file that cannot be read says nothing here; whoever opens it gets the error. A torn line at the edges is skipped.
  if (builder.add_all(head) && head.size() < source.size())
    std::ignore = builder.add_all(source, source.size() - kWindow);
  return summary_of(builder.finish(path).facts);
}

namespace {

class NotedReader final : public SessionReader {
 public:
  NotedReader(const RecordFormat& format, std::filesystem::path path) : builder_(format), path_(std::move(path)) {}

  Result<Outline> read_on(const Source& source) override {
    const auto end = end_of_lines(source, read_to_);
    if (!end) return std::unexpected(end.error());
    Source lines = source;
    lines.cut_at(*end);
    if (const auto added = builder_.add_all(lines, read_to_); !added) return std::unexpected(added.error());
    read_to_ = *end;
    if (*end == source.size()) return builder_.finish(path_);
    // What has no end yet is read again when it has one.
    NotesOutlineBuilder copy = builder_;
    if (const auto added = copy.add_all(source, *end); !added) return std::unexpected(added.error());
    return copy.finish(path_);
  }

 private:
  NotesOutlineBuilder builder_;
  std::filesystem::path path_;
  std::uint64_t read_to_ = 0;
};

}  // namespace

std::unique_ptr<SessionReader> follow_noted_lines(const RecordFormat& format, const std::filesystem::path& path) {
  return std::make_unique<NotedReader>(format, path);
}

}  // namespace panko
