#include "edition/export_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/gzip.hpp"
#include "edition/changed_files.hpp"
#include "edition/session_pages.hpp"
#include "render/html.hpp"
#include "render/page.hpp"

namespace panko {

namespace {

// Windows that are unpacked one by one: larger than those of a gateway, because what they hold together is compressed
// together.
constexpr std::uint32_t kWindowRows = 100;
constexpr std::uint64_t kWindowRecords = 512 << 10;  // bytes of records

/// A piece of the file that the script looks up by its name: gzip, then base64.
void embed(HtmlWriter& html, std::string_view name, std::string_view content) {
  html.embed(Tag::script, {attr::own(attr::Own::type, "application/gzip"), attr::data("data-chunk", name)},
             Embedded::base64(gzip(content, GzipLevel::fast)));
  html.text("\n");
}

/// Where a window leads to because it shows a part of a block alone. Nothing of a transcript can look like an
/// attribute.
std::set<std::string_view> links_to_blocks(std::string_view markup) {
  constexpr std::string_view kLink = " href=\"b/";
  std::set<std::string_view> found;
  for (auto at = markup.find(kLink); at != std::string_view::npos; at = markup.find(kLink, at + 1)) {
    const auto begin = at + kLink.size() - 2;
    found.insert(markup.substr(begin, markup.find('"', begin) - begin));
  }
  return found;
}

class PageExport {
 public:
  PageExport(Transcript transcript, const LeftOut& left_out, const std::function<bool(std::string_view)>& write)
      : pages_(std::move(transcript), false), left_out_(left_out), write_(write) {
    std::uint64_t bytes = 0;
    for (std::uint32_t row = 0; row < pages_.size(); ++row) {
      const OutlineBlock& block = *pages_.rows().at(row).block;
      const std::uint64_t own = std::uint64_t{block.record.length} + block.result.length;
      if (begins_.empty() || row - begins_.back() >= kWindowRows || bytes + own > kWindowRecords) {
        begins_.push_back(row);
        bytes = 0;
      }
      bytes += own;
    }
  }

  Result<void> run() {
    HtmlWriter html;
    write_head(html);
    if (!write_(html.drain())) return {};
    if (!write_windows()) return {};
    if (auto done = write_files(html); !done) return done;
    write_tail(html);
    write_(html.take());
    return {};
  }

 private:
  struct Packed {
    std::string html;
    std::string anchors;  // of the rows, a line each
  };

  [[nodiscard]] std::uint32_t end_of(std::size_t window) const {
    return window + 1 < begins_.size() ? begins_[window + 1] : pages_.size();
  }

  void write_head(HtmlWriter& html) const {
    const Transcript& transcript = pages_.transcript();
    begin_page(html, {.facts = transcript.facts(),
                      .agent = transcript.agent().name,
                      .as_of = std::nullopt,
                      .expires_at = std::nullopt,
                      .now = wall_now(),
                      .mode = PageMode::file,
                      .version = version_text(pages_.version()),
                      .has_files = may_have_changed_files(pages_),
                      .left_out = left_out_});
    std::vector<ContentsEntry> entries;
    entries.reserve(pages_.prompts().size());
    for (std::uint32_t prompt = 0; prompt < pages_.prompts().size(); ++prompt) {
      SessionPages::Label label = pages_.label(prompt);
      entries.push_back({std::move(label.anchor), std::move(label.text)});
    }
    write_contents(html, {.entries = entries, .earlier = 0, .later = 0, .earlier_anchor = {}, .later_anchor = {}});
    html.open(Tag::main, {attr::id("messages"), attr::own(attr::Own::tabindex, "-1")});
    html.element(Tag::p, {attr::css("empty")},
                 pages_.size() == 0 ? "There are no messages in this session yet."
                                    : "The messages are packed in this file. A browser with JavaScript unpacks them.");
    html.close(Tag::main);
    std::string begins = "[";
    for (const std::uint32_t begin : begins_) begins += fmt::format("{}{}", begins.size() > 1 ? "," : "", begin);
    embed(html, "begins", begins + "]");
  }

  void write_tail(HtmlWriter& html) const {
    embed(html, "anchors", anchors_);
    end_page(html, PageMode::file);
  }

  /// The pages of the list of changed files.
  Result<void> write_files(HtmlWriter& html) const {
    if (!may_have_changed_files(pages_)) return {};
    const auto files = find_changed_files(pages_);
    if (!files) return std::unexpected(files.error());
    std::string address = Url::files("").text();
    for (std::size_t after = 0;;) {
      HtmlWriter page;
      page.open(Tag::main);
      write_changed_files(page, pages_, *files, after);
      page.close(Tag::main);
      const std::string markup = page.take();
      embed(html, address, markup);
      // The page itself says whether there is another one, and where it begins.
      constexpr std::string_view kNext = " href=\"files?after=";
      const auto next = markup.find(kNext);
      std::size_t begin = 0;
      if (next == std::string::npos) return {};
      std::from_chars(markup.data() + next + kNext.size(), markup.data() + markup.size(), begin);
      if (begin <= after) return {};
      after = begin;
      address = Url::files_after("", after).text();
    }
  }

  /// In order, a few of them at the same time. False when nobody wants any more.
  bool write_windows() {
    const std::size_t at_once = std::max(2U, std::thread::hardware_concurrency());
    std::deque<std::future<Packed>> under_way;
    for (std::size_t next = 0; next < begins_.size() || !under_way.empty();) {
      if (next < begins_.size() && under_way.size() < at_once) {
        under_way.push_back(std::async(std::launch::async, [this, window = next++] { return pack(window); }));
        continue;
      }
      const Packed packed = under_way.front().get();
      under_way.pop_front();
      anchors_ += packed.anchors;
      if (!write_(packed.html)) return false;  // those under way are waited for by their futures
    }
    return true;
  }

  [[nodiscard]] Packed pack(std::size_t index) const {
    SessionPages::Window window{.first = begins_[index], .end = end_of(index), .blocks = {}};
    Packed packed;
    for (std::uint32_t row = window.first; row < window.end; ++row) {
      window.blocks.push_back(pages_.load(row));
      packed.anchors += window.blocks.back().anchor;
      packed.anchors += '\n';
    }
    HtmlWriter markup;
    pages_.write_window(markup, window, false);
    const std::string shown = markup.take();
    HtmlWriter html;
    embed(html, fmt::format("w{}", index), shown);
    const auto cut = links_to_blocks(shown);
    for (std::uint32_t row = window.first; row < window.end; ++row) {
      const Block& block = window.blocks[row - window.first];
      const std::string address = Url::block("", block.anchor).text();
      if (cut.contains(address)) embed(html, address, whole(row, block));
      embed_images(html, row, block);
    }
    packed.html = html.take();
    return packed;
  }

  [[nodiscard]] std::string whole(std::uint32_t row, const Block& block) const {
    HtmlWriter html;
    html.open(Tag::main);
    pages_.write_row(html, row, block, {.whole = true});
    html.close(Tag::main);
    return html.take();
  }

  void embed_images(HtmlWriter& html, std::uint32_t row, const Block& block) const {
    for (std::size_t i = 0; i < block.images.size(); ++i) {
      // One that is none after all is missing on every page.
      const auto image = pages_.transcript().load_image(pages_.source_of(row), *pages_.rows().at(row).block, i);
      if (!image) continue;
      html.embed(Tag::script,
                 {attr::own(attr::Own::type, "image"), attr::data("data-media", image->media_type),
                  attr::data("data-chunk", Url::image("", block.anchor, i).text())},
                 Embedded::base64(image->bytes));
      html.text("\n");
    }
  }

  SessionPages pages_;
  LeftOut left_out_;
  const std::function<bool(std::string_view)>& write_;
  std::vector<std::uint32_t> begins_;  // rows: of each window, the first
  std::string anchors_;
};

}  // namespace

Result<void> export_page(Transcript transcript, const LeftOut& left_out,
                         const std::function<bool(std::string_view)>& write) {
  return PageExport(std::move(transcript), left_out, write).run();
}

}  // namespace panko
