// An edition: a session as one audience may see it, answered as finished pages: *original* for the owner, *masked* for
// everybody else. A masked one is made of a MaskedSession's copies alone.
// Immutable after open; const member functions may be called from several threads at once. Values in, values out:
// they read files and take milliseconds, so the daemon calls them on its worker pool, never on its loop.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agents/transcript.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "edition/audience.hpp"
#include "edition/masked_session.hpp"
#include "render/html.hpp"
#include "render/page.hpp"

namespace panko {

class SessionPages;

/// What the page says of itself beside the session.
struct PageContext {
  std::optional<WallTime> as_of;  // a snapshot's time; nullopt: the session as it is now
  std::optional<WallTime> expires_at;
  bool is_view = false;  // the owner's own; else a share
  bool may_download = false;
  bool is_gated = false;  // who is let in is asked for each share (docs/page.md, "The gate")
};

/// Which window of a session. Anchors are foreign text.
struct WindowAt {
  enum class Where : std::uint8_t { first, from, before, last };
  Where where = Where::first;
  std::string_view anchor{};  // `from`: it starts there; `before`: it ends in front of it
};

class Edition {
 public:
  /// Without a snapshot it is the session as it is, which may grow. With redaction the session pass is made for it:
  /// whoever opens a session more than once keeps a MaskedSession.
  [[nodiscard]] static Result<std::shared_ptr<const Edition>> open(const std::filesystem::path& path,
                                                                   const std::optional<Snapshot>& snapshot,
                                                                   const Audience& audience = {});
  /// Of a session that was read already: not masked, so for its owner, or whoever the owner wants to see it like that.
  [[nodiscard]] static std::shared_ptr<const Edition> of(Transcript transcript, bool may_grow,
                                                         const Hiding& hiding = {});
  /// For everybody else.
  [[nodiscard]] static std::shared_ptr<const Edition> of(MaskedTranscript transcript, bool may_grow,
                                                         const Hiding& hiding = {});

  /// How much is masked; nullopt: it is the original.
  [[nodiscard]] const std::optional<MaskedCounts>& masked() const { return masked_; }
  [[nodiscard]] const Hiding& hiding() const { return hiding_; }
  [[nodiscard]] const LeftOut& left_out() const { return left_out_; }

  /// One window of the session as a whole HTML document, links relative to the share's root. nullopt: no block has
  /// this anchor.
  [[nodiscard]] Result<std::optional<std::string>> page(const WindowAt& at, const PageContext& context) const;

  /// The window's element alone (`w`). nullopt: no block has this anchor.
  [[nodiscard]] Result<std::optional<std::string>> window(const WindowAt& at) const;

  /// One block in full, however large, as an HTML document (`b/ANCHOR`). nullopt: no such block.
  [[nodiscard]] Result<std::optional<std::string>> block_page(std::string_view anchor,
                                                              const PageContext& context) const;

  /// The records that a block was made of, as an HTML document (`r/ANCHOR`). nullopt: no such block, or something is
  /// hidden, which may stand in any record.
  [[nodiscard]] Result<std::optional<std::string>> records_page(std::string_view anchor,
                                                                const PageContext& context) const;

  /// Files that the session changed, as an HTML document (`files`): the changes behind the first `after`.
  [[nodiscard]] Result<std::string> files_page(std::size_t after, const PageContext& context) const;

  /// Where a text is, as JSON (`find`). `after`: behind this anchor; empty: from the front. nullopt: no such block.
  [[nodiscard]] Result<std::optional<std::string>> find(std::string_view text, std::string_view after) const;

  /// Image `index` of a block (`i/ANCHOR/INDEX`). nullopt: no such image.
  [[nodiscard]] Result<std::optional<ImageBytes>> image(std::string_view anchor, std::size_t index) const;

  /// The identity of the main file when it was read: another one means that the edition is stale.
  [[nodiscard]] const FileIdentity& identity() const;

  /// For what follows the session.
  [[nodiscard]] const SessionPages& pages() const { return *pages_; }

  ~Edition();

 private:
  struct Lookups;  // what was found once and will be asked for again
  Edition(Transcript transcript, bool may_grow, const Hiding& hiding);
  void begin_page_of(HtmlWriter& html, const PageContext& context, Constant root) const;
  void begin_single_page(HtmlWriter& html, const PageContext& context, Constant root, const Url& back) const;

  std::unique_ptr<const SessionPages> pages_;
  std::optional<MaskedCounts> masked_;
  Hiding hiding_;
  LeftOut left_out_;
  std::unique_ptr<Lookups> lookups_;
};

/// Whether Edition::find can look for it: else the request is a wrong one.
[[nodiscard]] bool can_be_found(std::string_view text);

/// The page of a path that leads nowhere (404), of an ended share (410), of an error: no content of any session.
[[nodiscard]] std::string message_page(std::string_view title, std::string_view text);

/// A file of the page (`a/NAME`), with its hash in the name: immutable. nullopt: there is none of that name.
struct Asset {
  std::string_view content_type;
  std::string_view bytes;
};
[[nodiscard]] std::optional<Asset> find_asset(std::string_view name);

}  // namespace panko
