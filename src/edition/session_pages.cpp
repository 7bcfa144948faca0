#include "edition/session_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "render/window.hpp"

namespace panko {

namespace {

constexpr std::size_t kLabelColumns = 90;

// A window is what a reader takes in at once and a phone loads at once.
constexpr std::uint32_t kWindowRows = 80;
constexpr std::uint64_t kWindowBytes = 100 << 10;  // of text that is shown
constexpr std::uint64_t kReadBytes = 8 << 20;      // of records: what a window may cost to read

class WindowBudget {
 public:
  /// Before a row is loaded: whether one more can have room behind those taken so far. The first one always has: no
  /// window is empty.
  [[nodiscard]] bool has_room(const OutlineBlock& outlined) {
    rows_ += 1;
    read_ += std::uint64_t{outlined.record.length} + outlined.result.length;
    return rows_ == 1 || (rows_ <= kWindowRows && read_ <= kReadBytes);
  }

  [[nodiscard]] bool take(const Block& block) {
    shown_ += std::min(block.text.size(), kShownBytes);
    if (block.tool) {
      shown_ += std::min(block.tool->input.size(), kShownBytes) + std::min(block.tool->result.size(), kShownBytes);
    }
    return rows_ == 1 || shown_ <= kWindowBytes;
  }

 private:
  std::uint32_t rows_ = 0;
  std::uint64_t shown_ = 0;
  std::uint64_t read_ = 0;
};

/// A hash of numbers in order.
class Mixer {
 public:
  Mixer& add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9E37'79B9'7F4A'7C15;
    state_ ^= state_ >> 29;
    return *this;
  }
  Mixer& add(std::string_view text) { return add(text.size()).add(anchor_key_of(text)); }
  Mixer& add(ByteRange range) { return add(range.offset).add(range.length); }
  Mixer& add(const Usage& usage) {
    return add(usage.input_tokens).add(usage.output_tokens).add(usage.cache_read_tokens).add(usage.cache_write_tokens);
  }
  Mixer& add(const std::optional<WallTime>& time) {
    return add(time ? static_cast<std::uint64_t>(time->time_since_epoch().count()) : 0);
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x8422'2325'CBF2'9CE4;
};

}  // namespace

SessionPages::SessionPages(Transcript transcript, bool may_grow)
    : transcript_(std::move(transcript)), rows_(transcript_.outline()) {
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    if (rows_.at(row).group == RowGroup::kMain && rows_.at(row).block->kind == BlockKind::user) prompts_.push_back(row);
  }
  labels_.resize(prompts_.size());
  note_turns(may_grow);
  note_models();
  note_versions();
}

/// Branches were other turns; sub-agents only make a turn longer.
void SessionPages::note_turns(bool may_grow) {
  const auto& usages = transcript_.outline().usages;
  for (std::size_t i = 0; i < prompts_.size(); ++i) {
    const bool is_last = i + 1 == prompts_.size();
    if (is_last && may_grow) return;
    const std::uint32_t end = is_last ? rows_.size() : prompts_[i + 1];
    const std::int64_t begun = rows_.at(prompts_[i]).block->time_ms;
    std::int64_t last = begun;
    TurnSum sum;
    for (std::uint32_t row = prompts_[i] + 1; row < end; ++row) {
      const OutlineBlock& block = *rows_.at(row).block;
      const RowGroup& group = rows_.group_of(row);
      if (group.kind == RowGroup::Kind::branch) continue;
      last = std::max(last, block.time_ms);
      if (group.kind == RowGroup::Kind::main && block.usage < usages.size()) sum.usage += usages[block.usage];
    }
    if (begun != OutlineBlock::kNoTime) sum.duration = std::chrono::milliseconds(last - begun);
    turns_.push_back(sum);
  }
}

void SessionPages::note_models() {
  is_new_model_.resize(rows_.size());
  std::vector<std::optional<std::uint32_t>> last(rows_.group_count());  // by group: the last row with a model
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    const std::string_view model = model_of(row);
    if (model.empty()) continue;
    const std::uint32_t group = rows_.at(row).group;
    const auto before = last[group] ? last[group] : last[rows_.group(group).parent];
    is_new_model_[row] = before && model_of(*before) != model;
    last[group] = row;
  }
}

void SessionPages::note_versions() {
  Mixer whole;
  for (std::uint32_t index = 0; index < rows_.group_count(); ++index) {
    const RowGroup& group = rows_.group(index);
    Mixer key;
    key.add(static_cast<std::uint64_t>(group.kind));
    if (index != RowGroup::kMain) {
      key.add(group_keys_[group.parent]).add(rows_.at(group.first).block->anchor_key);
      if (group.subagent != nullptr) key.add(group.subagent->type).add(group.subagent->description);
    }
    group_keys_.push_back(key.value());
    whole.add(key.value()).add(group.end - group.first);
  }
  for (std::uint32_t row = 0; row < rows_.size(); ++row) whole.add(version_of(row));
  const SessionFacts& facts = transcript_.facts();
  whole.add(facts.title).add(facts.cwd).add(facts.started_at).add(facts.ended_at).add(facts.usage);
  whole.add(facts.unreadable_lines);
  for (const std::string& model : facts.models) whole.add(model);
  version_ = whole.value();
}

std::uint64_t SessionPages::version_of(std::uint32_t row) const {
  const OutlineBlock& block = *rows_.at(row).block;
  Mixer mixer;
  mixer.add(block.record).add(block.result).add(static_cast<std::uint64_t>(block.time_ms)).add(block.anchor_key);
  mixer.add(block.part).add(block.result_part).add(static_cast<std::uint64_t>(block.kind));
  mixer.add(static_cast<std::uint64_t>(block.tool)).add(block.is_error ? 1 : 0);
  mixer.add(block.subagent == OutlineBlock::kNoSubagent ? 0 : 1).add(group_keys_[rows_.at(row).group]);
  // Another row has the name: this one goes by its number.
  if (rows_.find(block.anchor_key) != row) mixer.add(row);
  if (is_new_model_[row]) mixer.add(model_of(row));
  const auto prompt = std::ranges::lower_bound(prompts_, row);
  const auto index = static_cast<std::size_t>(prompt - prompts_.begin());
  if (index < turns_.size() && *prompt == row) {
    mixer.add(turns_[index].usage).add(static_cast<std::uint64_t>(turns_[index].duration.count()));
  }
  return mixer.value();
}

const Outline& SessionPages::outline_of(std::uint32_t group) const {
  const Subagent* subagent = rows_.group(group).subagent;
  return subagent == nullptr ? transcript_.outline() : subagent->outline;
}

std::string_view SessionPages::model_of(std::uint32_t row) const {
  const auto& models = outline_of(rows_.at(row).group).facts.models;
  const std::uint8_t model = rows_.at(row).block->model;
  return model < models.size() ? std::string_view(models[model]) : std::string_view();
}

const Source& SessionPages::source_of(std::uint32_t row) const {
  // A sub-agent without a file of its own lies in its parent's.
  for (std::uint32_t group = rows_.at(row).group; group != RowGroup::kMain; group = rows_.group(group).parent) {
    const Subagent* subagent = rows_.group(group).subagent;
    if (subagent != nullptr && subagent->source) return *subagent->source;
  }
  return transcript_.source();
}

/// "~ROW" names a row whose record has no name of its own, or one that another record has too.
std::string SessionPages::anchor_of(std::uint32_t row, std::string recorded) const {
  if (!recorded.empty() && rows_.find(anchor_key_of(recorded)) == row) return recorded;
  return fmt::format("~{}", row);
}

std::optional<std::uint32_t> SessionPages::find(std::string_view anchor) const {
  if (const auto row = rows_.find(anchor_key_of(anchor))) return row;
  std::uint32_t row = 0;
  if (!anchor.starts_with('~')) return std::nullopt;
  const auto [end, error] = std::from_chars(anchor.begin() + 1, anchor.end(), row);
  if (error != std::errc{} || end != anchor.end() || row >= rows_.size()) return std::nullopt;
  return row;
}

Block SessionPages::load(std::uint32_t row) const {
  auto block = transcript_.load(source_of(row), *rows_.at(row).block);
  if (!block) {
    Block unreadable;
    unreadable.anchor = anchor_of(row, {});
    unreadable.text = block.error().message;
    unreadable.is_error = true;
    return unreadable;
  }
  block->anchor = anchor_of(row, std::move(block->anchor));
  return std::move(*block);
}

SessionPages::Window SessionPages::window_from(std::uint32_t first) const {
  WindowBudget budget;
  Window window{.first = first, .end = first, .blocks = {}};
  for (; window.end < size() && budget.has_room(*rows_.at(window.end).block); ++window.end) {
    Block block = load(window.end);
    if (!budget.take(block)) break;
    window.blocks.push_back(std::move(block));
  }
  return window;
}

SessionPages::Window SessionPages::window_before(std::uint32_t end) const {
  WindowBudget budget;
  Window window{.first = end, .end = end, .blocks = {}};
  for (; window.first > 0 && budget.has_room(*rows_.at(window.first - 1).block); --window.first) {
    Block block = load(window.first - 1);
    if (!budget.take(block)) break;
    window.blocks.push_back(std::move(block));
  }
  std::ranges::reverse(window.blocks);
  return window;
}

/// Closes and opens groups until those of `row` are open, outermost first; `base` is around all of it. A group that
/// begins at or in front of row `shown` is unfolded.
void SessionPages::open_groups(HtmlWriter& html, std::uint32_t row, std::string_view anchor,
                               std::optional<std::uint32_t> shown, std::uint32_t base,
                               std::vector<std::uint32_t>& open) const {
  while (!open.empty() && rows_.group(open.back()).end <= row) {
    end_group(html);
    open.pop_back();
  }
  std::vector<std::uint32_t> missing;
  const std::uint32_t innermost = open.empty() ? base : open.back();
  for (std::uint32_t group = rows_.at(row).group; group != innermost; group = rows_.group(group).parent) {
    missing.push_back(group);
  }
  for (; !missing.empty(); missing.pop_back()) {
    const RowGroup& group = rows_.group(missing.back());
    const bool subagent = group.kind == RowGroup::Kind::subagent;
    begin_group(html, {.kind = subagent ? GroupHead::Kind::subagent : GroupHead::Kind::branch,
                       .anchor = group.first == row ? anchor : std::string_view(),
                       .type = subagent ? std::string_view(group.subagent->type) : "",
                       .description = subagent ? std::string_view(group.subagent->description) : "",
                       .count = group.end - group.first,
                       .open = shown && group.first <= *shown});
    open.push_back(missing.back());
  }
}

void SessionPages::write_row(HtmlWriter& html, std::uint32_t row, const Block& block, BlockView view) const {
  const std::string version = version_text(version_of(row));
  view.version = version;
  view.directory = transcript_.facts().cwd;
  if (is_new_model_[row]) view.model = model_of(row);
  const auto prompt = std::ranges::lower_bound(prompts_, row);
  const auto index = static_cast<std::size_t>(prompt - prompts_.begin());
  if (index < turns_.size() && *prompt == row) view.turn = turns_[index];
  write_block(html, block, view);
}

void SessionPages::write_window(HtmlWriter& html, const Window& window, bool link) const {
  WindowPlace place{.first = size() == 0 ? 0 : std::uint64_t{window.first} + 1,
                    .last = window.end,
                    .count = size(),
                    .version = version_text(version_),
                    .from = window.blocks.empty() ? std::string() : window.blocks.front().anchor,
                    .next = window.end < size() ? anchor_of(window.end) : std::string()};
  if (link) write_window_links(html, place, WindowEnd::top);
  begin_window(html, place);
  std::vector<std::uint32_t> open;
  for (std::uint32_t row = window.first; row < window.end; ++row) {
    const Block& block = window.blocks[row - window.first];
    open_groups(html, row, block.anchor, window.first, RowGroup::kMain, open);
    write_row(html, row, block, {});
  }
  for (; !open.empty(); open.pop_back()) end_group(html);
  end_window(html);
  if (link) write_window_links(html, place, WindowEnd::bottom);
}

/// The group that the row's element stands in: of the first row of a group, the one around that.
std::uint32_t SessionPages::container_of(std::uint32_t row) const {
  std::uint32_t group = rows_.at(row).group;
  while (group != RowGroup::kMain && rows_.group(group).first == row) group = rows_.group(group).parent;
  return group;
}

std::vector<SessionPages::Run> SessionPages::runs(std::uint32_t first, std::uint32_t end) const {
  std::vector<Run> runs;
  while (first < end) {
    const std::uint32_t container = container_of(first);
    Run run{.first = first, .end = std::min(end, rows_.group(container).end), .up = 0};
    if (first > 0) {
      for (std::uint32_t group = rows_.at(first - 1).group; group != container; group = rows_.group(group).parent) {
        ++run.up;
      }
    }
    runs.push_back(run);
    first = run.end;
  }
  return runs;
}

std::string SessionPages::html_of(const Run& run) const {
  HtmlWriter html;
  std::vector<std::uint32_t> open;
  const std::uint32_t container = container_of(run.first);
  for (std::uint32_t row = run.first; row < run.end; ++row) {
    const Block block = load(row);
    open_groups(html, row, block.anchor, std::nullopt, container, open);
    write_row(html, row, block, {});
  }
  for (; !open.empty(); open.pop_back()) end_group(html);
  return html.take();
}

std::string SessionPages::html_of(std::uint32_t row) const {
  HtmlWriter html;
  write_row(html, row, load(row), {});
  return html.take();
}

SessionPages::Label SessionPages::label(std::uint32_t index) const {
  {
    const std::scoped_lock lock(labels_mutex_);
    if (const auto& known = labels_[index]) return *known;
  }
  const Block block = load(prompts_[index]);
  Label label{block.anchor, first_line_of(block.text, kLabelColumns)};
  if (label.text.empty()) label.text = "(no text)";
  const std::scoped_lock lock(labels_mutex_);
  labels_[index] = label;
  return label;
}

std::string version_text(std::uint64_t version) {
  return fmt::format("{:x}", version);
}

}  // namespace panko
