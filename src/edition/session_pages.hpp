// A session as rows of HTML: loading, naming and writing them, in windows or one by one. What the page, its windows
// and what is sent to open pages have in common, so that all of them show the same.
// Immutable; const member functions may be called from several threads at once. They read the session's files.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/transcript.hpp"
#include "edition/rows.hpp"
#include "render/html.hpp"
#include "render/page_blocks.hpp"
#include "session/block.hpp"

namespace panko {

class SessionPages {
 public:
  /// `may_grow`: the last turn may still be going on, so nothing is said of what it cost.
  SessionPages(Transcript transcript, bool may_grow);

  [[nodiscard]] const Transcript& transcript() const { return transcript_; }
  [[nodiscard]] const Rows& rows() const { return rows_; }
  [[nodiscard]] std::uint32_t size() const { return rows_.size(); }
  /// Rows of the main line that are prompts, ascending.
  [[nodiscard]] const std::vector<std::uint32_t>& prompts() const { return prompts_; }

  /// A block that cannot be read any more says so in its place.
  [[nodiscard]] Block load(std::uint32_t row) const;
  [[nodiscard]] std::string anchor_of(std::uint32_t row) const { return load(row).anchor; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view anchor) const;
  [[nodiscard]] const Source& source_of(std::uint32_t row) const;

  /// Of the session as the page shows it, its header included.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// Of what one row shows, and of the group that it stands in. Two sessions that are one grown from the other show
  /// the same where these are equal.
  [[nodiscard]] std::uint64_t version_of(std::uint32_t row) const;

  /// Rows [first, end) that a page shows at once, loaded.
  struct Window {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
    std::vector<Block> blocks;
  };
  [[nodiscard]] Window window_from(std::uint32_t first) const;
  [[nodiscard]] Window window_before(std::uint32_t end) const;
  /// The whole element of docs/page.md. `link`: with links to the windows beside it, for the page itself.
  void write_window(HtmlWriter& html, const Window& window, bool link) const;

  /// Rows [first, end) that stand in one container, so that they can be put into a page as they are. They stand behind
  /// the article of row `first` - 1 or, where `up` is not 0, behind the `up`-th group around it. Row 0 is at the front.
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
    std::uint32_t up = 0;
  };
  /// In order; put in one after the other they are rows [first, end), which are at least one.
  [[nodiscard]] std::vector<Run> runs(std::uint32_t first, std::uint32_t end) const;
  [[nodiscard]] std::string html_of(const Run& run) const;
  /// The article alone.
  [[nodiscard]] std::string html_of(std::uint32_t row) const;
  /// The same in full or on another page.
  void write_row(HtmlWriter& html, std::uint32_t row, const Block& block, BlockView view) const;

  /// A prompt in the contents: `index` into prompts(). Read when first asked for.
  struct Label {
    std::string anchor;
    std::string text;
  };
  [[nodiscard]] Label label(std::uint32_t index) const;

 private:
  [[nodiscard]] std::string anchor_of(std::uint32_t row, std::string recorded) const;
  [[nodiscard]] std::uint32_t container_of(std::uint32_t row) const;
  [[nodiscard]] const Outline& outline_of(std::uint32_t group) const;
  [[nodiscard]] std::string_view model_of(std::uint32_t row) const;
  void note_turns(bool may_grow);
  void note_models();
  void note_versions();
  void open_groups(HtmlWriter& html, std::uint32_t row, std::string_view anchor, std::optional<std::uint32_t> shown,
                   std::uint32_t base, std::vector<std::uint32_t>& open) const;

  Transcript transcript_;
  Rows rows_;
  std::vector<std::uint32_t> prompts_;
  std::vector<TurnSum> turns_;  // by prompt; the last one may have none
  std::vector<bool> is_new_model_;
  std::vector<std::uint64_t> group_keys_;
  std::uint64_t version_ = 0;

  // A prompt with pictures is megabytes. The one thing that changes here.
  mutable std::mutex labels_mutex_;
  mutable std::vector<std::optional<Label>> labels_;
};

/// As it stands in `data-version` and `data-v`.
[[nodiscard]] std::string version_text(std::uint64_t version);

}  // namespace panko
