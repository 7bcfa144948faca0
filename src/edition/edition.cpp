#include "edition/edition.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "edition/session_pages.hpp"
#include "render/assets.hpp"
#include "render/html.hpp"
#include "render/page.hpp"
#include "render/page_blocks.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kContentsEntries = 200;

PageHead head_of(const SessionPages& pages, const PageContext& context, Constant root) {
  return {.facts = pages.transcript().facts(),
          .agent = pages.transcript().agent().name,
          .as_of = context.as_of,
          .expires_at = context.expires_at,
          .now = wall_now(),
          .root = root};
}

/// The prompts around the window, at most kContentsEntries of them.
void write_contents_of(HtmlWriter& html, const SessionPages& pages, const SessionPages::Window& window) {
  const auto& prompts = pages.prompts();
  const auto all = static_cast<std::uint32_t>(prompts.size());
  const auto here = static_cast<std::uint32_t>(std::ranges::lower_bound(prompts, window.first) - prompts.begin());
  std::uint32_t begin = here > kContentsEntries / 2 ? here - kContentsEntries / 2 : 0;
  const std::uint32_t stop = std::min(all, begin + kContentsEntries);
  begin = stop > kContentsEntries ? stop - kContentsEntries : 0;

  std::vector<ContentsEntry> entries;
  for (std::uint32_t prompt = begin; prompt < stop; ++prompt) {
    SessionPages::Label label = pages.label(prompt);
    const bool in_window = prompts[prompt] >= window.first && prompts[prompt] < window.end;
    entries.push_back({std::move(label.anchor), std::move(label.text), in_window});
  }
  Contents contents{
      .entries = entries, .earlier = begin, .later = all - stop, .earlier_anchor = {}, .later_anchor = {}};
  if (contents.earlier > 0) contents.earlier_anchor = pages.label(begin - 1).anchor;
  if (contents.later > 0) contents.later_anchor = pages.label(stop).anchor;
  write_contents(html, contents);
}

std::optional<SessionPages::Window> window_at(const SessionPages& pages, const WindowAt& at) {
  switch (at.where) {
    case WindowAt::Where::first: return pages.window_from(0);
    case WindowAt::Where::last: return pages.window_before(pages.size());
    default: break;
  }
  const auto row = pages.find(at.anchor);
  if (!row) return std::nullopt;
  return at.where == WindowAt::Where::from ? pages.window_from(*row) : pages.window_before(*row);
}

void open_messages(HtmlWriter& html, bool single) {
  html.open(Tag::main,
            {attr::id("messages"), attr::own(attr::Own::tabindex, "-1"), single ? attr::css("single") : attr::none()});
}

}  // namespace

Edition::Edition(std::unique_ptr<const SessionPages> pages) : pages_(std::move(pages)) {}
Edition::~Edition() = default;

Result<std::shared_ptr<const Edition>> Edition::open(const std::filesystem::path& path,
                                                     const std::optional<Snapshot>& snapshot) {
  auto transcript = Transcript::open(path, snapshot);
  if (!transcript) return std::unexpected(std::move(transcript.error()));
  return of(std::move(*transcript), !snapshot);
}

std::shared_ptr<const Edition> Edition::of(Transcript transcript, bool may_grow) {
  return std::shared_ptr<const Edition>(
      new Edition(std::make_unique<const SessionPages>(std::move(transcript), may_grow)));
}

Result<std::optional<std::string>> Edition::page(const WindowAt& at, const PageContext& context) const {
  const auto window = window_at(*pages_, at);
  if (!window) return std::optional<std::string>();
  HtmlWriter html;
  begin_page(html, head_of(*pages_, context, ""));
  write_contents_of(html, *pages_, *window);
  open_messages(html, false);
  if (pages_->size() == 0) html.element(Tag::p, {attr::css("empty")}, "There are no messages in this session yet.");
  pages_->write_window(html, *window, true);
  html.close(Tag::main);
  end_page(html);
  return std::optional(html.take());
}

Result<std::optional<std::string>> Edition::window(const WindowAt& at) const {
  const auto window = window_at(*pages_, at);
  if (!window) return std::optional<std::string>();
  HtmlWriter html;
  pages_->write_window(html, *window, false);
  return std::optional(html.take());
}

Result<std::optional<std::string>> Edition::block_page(std::string_view anchor, const PageContext& context) const {
  const auto row = pages_->find(anchor);
  if (!row) return std::optional<std::string>();
  const Block block = pages_->load(*row);

  HtmlWriter html;
  begin_page(html, head_of(*pages_, context, "../"));
  open_messages(html, true);
  html.open(Tag::p, {attr::css("jump")});
  html.element(Tag::a, {attr::href(Url::message("../", block.anchor))}, "Back to the conversation");
  html.close(Tag::p);
  pages_->write_row(html, *row, block, {.root = "../", .whole = true});
  html.close(Tag::main);
  end_page(html);
  return std::optional(html.take());
}

Result<std::optional<ImageBytes>> Edition::image(std::string_view anchor, std::size_t index) const {
  const auto row = pages_->find(anchor);
  if (!row) return std::optional<ImageBytes>();
  auto image = pages_->transcript().load_image(pages_->source_of(*row), *pages_->rows().at(*row).block, index);
  // Whatever is wrong with it (none of that index, too large, no picture after all), a visitor gets no image.
  if (!image) return std::optional<ImageBytes>();
  return std::optional(std::move(*image));
}

const FileIdentity& Edition::identity() const {
  return pages_->transcript().source().identity();
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
