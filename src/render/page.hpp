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

struct PageHead {
  const SessionFacts& facts;
  std::string_view agent;         // "Claude Code"
  std::optional<WallTime> as_of;  // of a snapshot
  std::optional<WallTime> expires_at;
  WallTime now;
  Constant root = "";
  PageMode mode = PageMode::snapshot;
  std::string_view version{};  // of the session, in hex
  bool has_files = false;      // there is a list of changed files
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

/// A whole document with a heading and a sentence, and nothing that tells what program made it.
[[nodiscard]] std::string plain_page(std::string_view title, std::string_view text);

}  // namespace panko
