#include "edition/edition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>
#include <vector>

#include "edition/rows.hpp"
#include "render/assets.hpp"
#include "render/html.hpp"
#include "render/page.hpp"
#include "render/page_blocks.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kContentsEntries = 200;
constexpr std::size_t kContentsColumns = 90;

// A window is what a reader takes in at once and a phone loads at once.
constexpr std::uint32_t kWindowRows = 80;
constexpr std::uint64_t kWindowBytes = 100 << 10;  // of text that is shown
constexpr std::uint64_t kReadBytes = 8 << 20;      // of records: what a window may cost to read

class WindowBudget {
 public:
  /// Whether the row has room behind those taken so far. The first one always has: no window is empty.
  bool take(const OutlineBlock& outlined, const Block& block) {
    rows_ += 1;
    shown_ += std::min(block.text.size(), kShownBytes);
    if (block.tool) {
      shown_ += std::min(block.tool->input.size(), kShownBytes) + std::min(block.tool->result.size(), kShownBytes);
    }
    read_ += std::uint64_t{outlined.record.length} + outlined.result.length;
    return rows_ == 1 || (rows_ <= kWindowRows && shown_ <= kWindowBytes && read_ <= kReadBytes);
  }

 private:
  std::uint32_t rows_ = 0;
  std::uint64_t shown_ = 0;
  std::uint64_t read_ = 0;
};

}  // namespace

struct Edition::State {
  explicit State(Transcript opened) : transcript(std::move(opened)), rows(transcript.outline()) {
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      if (rows.at(row).group == RowGroup::kMain && rows.at(row).block->kind == BlockKind::user) prompts.push_back(row);
    }
    labels.resize(prompts.size());
  }

  struct Label {
    std::string anchor;
    std::string text;
  };

  Block load(std::uint32_t row) const;
  std::string anchor_of(std::uint32_t row, std::string recorded) const;
  std::string load_anchor(std::uint32_t row) const { return load(row).anchor; }
  std::optional<std::uint32_t> find(std::string_view anchor) const;
  const Source& source_of(std::uint32_t row) const;
  std::uint32_t window_end(std::uint32_t first) const;  // behind its last row
  std::uint32_t window_start(std::uint32_t end) const;  // of the window that ends there

  PageHead head(const PageContext& context, Constant root) const;
  void write_contents(HtmlWriter& html, std::uint32_t first, std::uint32_t end) const;
  void write_rows(HtmlWriter& html, std::uint32_t first, std::uint32_t end) const;
  void open_groups(HtmlWriter& html, std::uint32_t first, std::vector<std::uint32_t>& open, std::uint32_t row) const;
  WindowPlace place(std::uint32_t first, std::uint32_t end) const;
  Label label(std::uint32_t prompt) const;

  Transcript transcript;
  Rows rows;
  std::vector<std::uint32_t> prompts;  // rows of the main line

  // Labels are read when first shown: a prompt with pictures is megabytes. They are the one thing that changes here.
  mutable std::mutex labels_mutex;
  mutable std::vector<std::optional<Label>> labels;
};

const Source& Edition::State::source_of(std::uint32_t row) const {
  // A sub-agent without a file of its own lies in its parent's.
  for (std::uint32_t group = rows.at(row).group; group != RowGroup::kMain; group = rows.group(group).parent) {
    const Subagent* subagent = rows.group(group).subagent;
    if (subagent != nullptr && subagent->source) return *subagent->source;
  }
  return transcript.source();
}

/// "~ROW" names a row whose record has no name of its own, or one that another record has too.
std::string Edition::State::anchor_of(std::uint32_t row, std::string recorded) const {
  if (!recorded.empty() && rows.find(anchor_key_of(recorded)) == row) return recorded;
  return fmt::format("~{}", row);
}

std::optional<std::uint32_t> Edition::State::find(std::string_view anchor) const {
  if (const auto row = rows.find(anchor_key_of(anchor))) return row;
  std::uint32_t row = 0;
  if (!anchor.starts_with('~')) return std::nullopt;
  const auto [end, error] = std::from_chars(anchor.begin() + 1, anchor.end(), row);
  if (error != std::errc{} || end != anchor.end() || row >= rows.size()) return std::nullopt;
  return row;
}

/// A block that cannot be read any more says so in its place.
Block Edition::State::load(std::uint32_t row) const {
  const OutlineBlock& outlined = *rows.at(row).block;
  auto block = transcript.load(source_of(row), outlined);
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

std::uint32_t Edition::State::window_end(std::uint32_t first) const {
  WindowBudget budget;
  std::uint32_t end = first;
  while (end < rows.size() && budget.take(*rows.at(end).block, load(end))) ++end;
  return end;
}

std::uint32_t Edition::State::window_start(std::uint32_t end) const {
  WindowBudget budget;
  std::uint32_t first = end;
  while (first > 0 && budget.take(*rows.at(first - 1).block, load(first - 1))) --first;
  return first;
}

PageHead Edition::State::head(const PageContext& context, Constant root) const {
  return {.facts = transcript.facts(),
          .agent = transcript.agent().name,
          .as_of = context.as_of,
          .expires_at = context.expires_at,
          .now = wall_now(),
          .root = root};
}

Edition::State::Label Edition::State::label(std::uint32_t prompt) const {
  {
    const std::scoped_lock lock(labels_mutex);
    if (const auto& known = labels[prompt]) return *known;
  }
  const Block block = load(prompts[prompt]);
  Label label{block.anchor, first_line_of(block.text, kContentsColumns)};
  if (label.text.empty()) label.text = "(no text)";
  const std::scoped_lock lock(labels_mutex);
  labels[prompt] = label;
  return label;
}

/// The prompts around the window, at most kContentsEntries of them.
void Edition::State::write_contents(HtmlWriter& html, std::uint32_t first, std::uint32_t end) const {
  const auto all = static_cast<std::uint32_t>(prompts.size());
  const auto here = static_cast<std::uint32_t>(std::ranges::lower_bound(prompts, first) - prompts.begin());
  std::uint32_t begin = here > kContentsEntries / 2 ? here - kContentsEntries / 2 : 0;
  const std::uint32_t stop = std::min(all, begin + kContentsEntries);
  begin = stop > kContentsEntries ? stop - kContentsEntries : 0;

  std::vector<ContentsEntry> entries;
  for (std::uint32_t prompt = begin; prompt < stop; ++prompt) {
    Label found = label(prompt);
    const bool in_window = prompts[prompt] >= first && prompts[prompt] < end;
    entries.push_back({std::move(found.anchor), std::move(found.text), in_window});
  }
  Contents contents{
      .entries = entries, .earlier = begin, .later = all - stop, .earlier_anchor = {}, .later_anchor = {}};
  if (contents.earlier > 0) contents.earlier_anchor = label(begin - 1).anchor;
  if (contents.later > 0) contents.later_anchor = label(stop).anchor;
  panko::write_contents(html, contents);
}

WindowPlace Edition::State::place(std::uint32_t first, std::uint32_t end) const {
  WindowPlace place{.first = first + 1,
                    .last = end,
                    .count = rows.size(),
                    .has_previous = first > 0,
                    .previous = {},
                    .next = {},
                    .latest = {}};
  if (first > 0) {
    const std::uint32_t previous = window_start(first);
    if (previous > 0) place.previous = load_anchor(previous);
  }
  if (end < rows.size()) {
    place.next = load_anchor(end);
    place.latest = load_anchor(window_start(rows.size()));
  }
  return place;
}

/// Closes and opens groups until those of `row` are open, outermost first.
void Edition::State::open_groups(HtmlWriter& html, std::uint32_t first, std::vector<std::uint32_t>& open,
                                 std::uint32_t row) const {
  while (!open.empty() && rows.group(open.back()).end <= row) {
    end_group(html);
    open.pop_back();
  }
  std::vector<std::uint32_t> missing;
  const std::uint32_t innermost = open.empty() ? RowGroup::kMain : open.back();
  for (std::uint32_t group = rows.at(row).group; group != innermost; group = rows.group(group).parent) {
    missing.push_back(group);
  }
  for (; !missing.empty(); missing.pop_back()) {
    const RowGroup& group = rows.group(missing.back());
    const bool subagent = group.kind == RowGroup::Kind::subagent;
    begin_group(html, {.kind = subagent ? GroupHead::Kind::subagent : GroupHead::Kind::branch,
                       .type = subagent ? std::string_view(group.subagent->type) : "",
                       .description = subagent ? std::string_view(group.subagent->description) : "",
                       .count = group.end - group.first,
                       .open = group.first <= first,
                       .continued = group.first < first});
    open.push_back(missing.back());
  }
}

void Edition::State::write_rows(HtmlWriter& html, std::uint32_t first, std::uint32_t end) const {
  std::vector<std::uint32_t> open;
  for (std::uint32_t row = first; row < end; ++row) {
    open_groups(html, first, open, row);
    write_block(html, load(row), {});
  }
  for (; !open.empty(); open.pop_back()) end_group(html);
}

Edition::Edition(std::unique_ptr<State> state) : state_(std::move(state)) {}
Edition::~Edition() = default;

Result<std::shared_ptr<const Edition>> Edition::open(const std::filesystem::path& path,
                                                     const std::optional<Snapshot>& snapshot) {
  auto transcript = Transcript::open(path, snapshot);
  if (!transcript) return std::unexpected(std::move(transcript.error()));
  return std::shared_ptr<const Edition>(new Edition(std::make_unique<State>(std::move(*transcript))));
}

Result<std::optional<std::string>> Edition::page(std::optional<std::string_view> from_anchor,
                                                 const PageContext& context) const {
  std::uint32_t first = 0;
  if (from_anchor) {
    const auto found = state_->find(*from_anchor);
    if (!found) return std::optional<std::string>();
    first = *found;
  }
  const std::uint32_t end = state_->window_end(first);
  const WindowPlace place = state_->place(first, end);

  HtmlWriter html;
  begin_page(html, state_->head(context, ""));
  state_->write_contents(html, first, end);
  html.open(Tag::main, {attr::id("messages"), attr::own(attr::Own::tabindex, "-1")});
  write_window_links(html, place, WindowEnd::top);
  state_->write_rows(html, first, end);
  if (state_->rows.size() == 0)
    html.element(Tag::p, {attr::css("empty")}, "There are no messages in this session yet.");
  write_window_links(html, place, WindowEnd::bottom);
  html.close(Tag::main);
  end_page(html);
  return std::optional(html.take());
}

Result<std::optional<std::string>> Edition::block_page(std::string_view anchor, const PageContext& context) const {
  const auto row = state_->find(anchor);
  if (!row) return std::optional<std::string>();
  const Block block = state_->load(*row);

  HtmlWriter html;
  begin_page(html, state_->head(context, "../"));
  html.open(Tag::main, {attr::id("messages"), attr::own(attr::Own::tabindex, "-1"), attr::css("single")});
  html.open(Tag::p, {attr::css("jump")});
  html.element(Tag::a, {attr::href(Url::message("../", block.anchor))}, "Back to the conversation");
  html.close(Tag::p);
  write_block(html, block, {.root = "../", .whole = true});
  html.close(Tag::main);
  end_page(html);
  return std::optional(html.take());
}

Result<std::optional<ImageBytes>> Edition::image(std::string_view anchor, std::size_t index) const {
  const auto row = state_->find(anchor);
  if (!row) return std::optional<ImageBytes>();
  auto image = state_->transcript.load_image(state_->source_of(*row), *state_->rows.at(*row).block, index);
  // Whatever is wrong with it (none of that index, too large, no picture after all), a visitor gets no image.
  if (!image) return std::optional<ImageBytes>();
  return std::optional(std::move(*image));
}

const FileIdentity& Edition::identity() const {
  return state_->transcript.source().identity();
}

std::string message_page(std::string_view title, std::string_view text) {
  return plain_page(title, text);
}

std::optional<Asset> find_asset(std::string_view name) {
  const auto assets = all_assets();
  const auto found = std::ranges::find(assets, name, &AssetFile::name);
  if (found == assets.end()) return std::nullopt;
  return Asset{found->content_type, found->bytes};
}

}  // namespace panko
