#include "edition/edition.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "edition/changed_files.hpp"
#include "edition/find.hpp"
#include "edition/hiding.hpp"
#include "edition/record_view.hpp"
#include "edition/session_pages.hpp"
#include "render/assets.hpp"
#include "render/html.hpp"
#include "render/page.hpp"
#include "render/page_blocks.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kContentsEntries = 200;

PageMode mode_of(const PageContext& context) {
  if (context.as_of) return PageMode::snapshot;
  return context.is_view ? PageMode::view : PageMode::live;
}

std::string end_single_page(HtmlWriter& html) {
  html.close(Tag::main);
  end_page(html);
  return html.take();
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

}  // namespace

struct Edition::Lookups {
  explicit Lookups(const SessionPages& pages) : find(pages) {}
  Find find;
  std::mutex mutex;
  std::shared_ptr<const ChangedFiles> files;
};

Edition::Edition(Transcript transcript, bool may_grow, const Hiding& hiding)
    : pages_(std::make_unique<const SessionPages>(hide(std::move(transcript), hiding), may_grow)),
      hiding_(hiding),
      left_out_{.tool_output = hiding.tool_output, .thinking = hiding.thinking, .steps = hiding.steps},
      lookups_(std::make_unique<Lookups>(*pages_)) {}
Edition::~Edition() = default;

Result<std::shared_ptr<const Edition>> Edition::open(const std::filesystem::path& path,
                                                     const std::optional<Snapshot>& snapshot,
                                                     const Audience& audience) {
  if (audience.redaction) {
    auto step = MaskedSession(path, snapshot, {}, *audience.redaction).next();
    if (!step) return std::unexpected(std::move(step.error()));
    return of(std::move(step->transcript), !snapshot, audience.hiding);
  }
  auto transcript = Transcript::open(path, snapshot);
  if (!transcript) return std::unexpected(std::move(transcript.error()));
  return of(std::move(*transcript), !snapshot, audience.hiding);
}

std::shared_ptr<const Edition> Edition::of(Transcript transcript, bool may_grow, const Hiding& hiding) {
  return std::shared_ptr<const Edition>(new Edition(std::move(transcript), may_grow, hiding));
}

std::shared_ptr<const Edition> Edition::of(MaskedTranscript transcript, bool may_grow, const Hiding& hiding) {
  const MaskedCounts counts = transcript.counts();
  const bool has_secrets_masked = transcript.has_secrets_masked();
  const bool has_personal_masked = transcript.has_personal_masked();
  const std::shared_ptr<Edition> edition(new Edition(std::move(transcript), may_grow, hiding));
  edition->masked_ = counts;
  if (has_secrets_masked) edition->left_out_.secrets = counts.secrets;
  edition->left_out_.personal = has_personal_masked;
  return edition;
}

void Edition::begin_page_of(HtmlWriter& html, const PageContext& context, Constant root) const {
  const Transcript& transcript = pages_->transcript();
  const std::string version = version_text(pages_->version());
  begin_page(html, {.facts = transcript.facts(),
                    .agent = transcript.agent().name,
                    .as_of = context.as_of,
                    .expires_at = context.expires_at,
                    .now = wall_now(),
                    .root = root,
                    .mode = mode_of(context),
                    .version = version,
                    .has_files = may_have_changed_files(*pages_),
                    .left_out = context.is_view ? std::nullopt : std::optional(left_out_),
                    .may_download = context.may_download,
                    .is_gated = context.is_gated});
}

/// A page of its own below the share's root, behind the link that leads back.
void Edition::begin_single_page(HtmlWriter& html, const PageContext& context, Constant root, const Url& back) const {
  begin_page_of(html, context, root);
  html.open(Tag::main, {attr::id("messages"), attr::own(attr::Own::tabindex, "-1"), attr::css("single")});
  html.open(Tag::p, {attr::css("jump")});
  html.element(Tag::a, {attr::href(back)}, "Back to the conversation");
  html.close(Tag::p);
}

Result<std::optional<std::string>> Edition::page(const WindowAt& at, const PageContext& context) const {
  const auto window = window_at(*pages_, at);
  if (!window) return std::optional<std::string>();
  HtmlWriter html;
  begin_page_of(html, context, "");
  write_contents_of(html, *pages_, *window);
  html.open(Tag::main, {attr::id("messages"), attr::own(attr::Own::tabindex, "-1")});
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
  begin_single_page(html, context, "../", Url::message("../", block.anchor));
  pages_->write_row(html, *row, block, {.root = "../", .whole = true});
  return std::optional(end_single_page(html));
}

Result<std::optional<std::string>> Edition::records_page(std::string_view anchor, const PageContext& context) const {
  const auto row = pages_->find(anchor);
  if (!row || hiding_.any()) return std::optional<std::string>();
  HtmlWriter html;
  begin_single_page(html, context, "../", Url::message("../", anchor));
  const OutlineBlock& block = *pages_->rows().at(*row).block;
  const Source& source = pages_->source_of(*row);
  if (auto written = write_record(html, source, block.record, "Record"); !written)
    return std::unexpected(std::move(written.error()));
  if (!block.result.empty() && block.result != block.record) {
    if (auto written = write_record(html, source, block.result, "Its result"); !written)
      return std::unexpected(std::move(written.error()));
  }
  return std::optional(end_single_page(html));
}

Result<std::string> Edition::files_page(std::size_t after, const PageContext& context) const {
  std::shared_ptr<const ChangedFiles> files;
  {
    const std::scoped_lock lock(lookups_->mutex);
    files = lookups_->files;
  }
  if (!files) {
    auto found = find_changed_files(*pages_);
    if (!found) return std::unexpected(std::move(found.error()));
    files = std::make_shared<const ChangedFiles>(std::move(*found));
    const std::scoped_lock lock(lookups_->mutex);
    lookups_->files = files;
  }
  HtmlWriter html;
  // "?from=" alone would be asked of this page.
  begin_single_page(html, context, "./", Url::start("./"));
  write_changed_files(html, *pages_, *files, after);
  return end_single_page(html);
}

Result<std::optional<std::string>> Edition::find(std::string_view text, std::string_view after) const {
  return lookups_->find.run(text, after);
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

bool can_be_found(std::string_view text) {
  // A character has four bytes at most; whether it has too many of them, and so on, only costs time to find out.
  return !text.empty() && text.size() <= 4 * TextPattern::kMostCharacters && is_valid_utf8(text);
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
