// The page around the windows: head, header, contents, end.
// The caller writes begin_page, what it has, and end_page, in the order in which they stand on the page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "render/html.hpp"
#include "session/outline.hpp"

namespace panko {

/// Which page it is: a share that ends where the session ended, one that follows it, the owner's own look, or a file.
enum class PageMode : std::uint8_t { snapshot, live, view, file };

/// What its reader does not see of the session.
struct LeftOut {
  std::optional<std::uint32_t> secrets{};  // so many different ones are masked; nullopt: they are shown
  bool personal = false;                   // personal data is masked
  bool tool_output = false;
  bool thinking = false;
  bool steps = false;  // everything but prompts and answers
};

struct PageHead {
  const SessionFacts& facts;
  std::string_view agent;         // "Claude Code"
  std::optional<WallTime> as_of;  // of a snapshot
  std::optional<WallTime> expires_at;
  WallTime now;
  Constant root = "";
  PageMode mode = PageMode::snapshot;
  std::string_view version{};         // of the session, in hex
  bool has_files = false;             // there is a list of changed files
  std::optional<LeftOut> left_out{};  // nullopt: nothing is said of it
  bool may_download = false;          // there is a page with the formats
  bool is_gated = false;
};

void begin_page(HtmlWriter& html, const PageHead& head);
/// `file`: with its scripts, behind what they work on.
void end_page(HtmlWriter& html, PageMode mode = PageMode::snapshot);

/// The line of the header that changes while a session grows: project, agent, models, time, tokens.
void write_facts(HtmlWriter& html, const PageHead& head);

/// A line of the contents: a prompt of the user.
struct ContentsEntry {
  std::string anchor;
  std::string label;
  bool here = false;  // in this window
};

struct Contents {
  std::span<const ContentsEntry> entries;
  std::uint64_t earlier = 0;  // how many prompts there are before and behind those listed
  std::uint64_t later = 0;
  std::string earlier_anchor;  // where to look for them
  std::string later_anchor;
};

/// What stands beside the messages; it is there without a prompt too.
void write_contents(HtmlWriter& html, const Contents& contents);
void write_contents_entry(HtmlWriter& html, const ContentsEntry& entry);

/// A page with the look of the others, but without anything of a session: the caller writes what stands in its middle.
void begin_plain_page(HtmlWriter& html, std::string_view title, Constant root);
[[nodiscard]] std::string end_plain_page(HtmlWriter& html);

/// A whole document with a heading and a sentence, and nothing that tells what program made it.
[[nodiscard]] std::string plain_page(std::string_view title, std::string_view text);

}  // namespace panko
