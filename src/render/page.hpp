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

struct PageHead {
  const SessionFacts& facts;
  std::string_view agent;         // "Claude Code"
  std::optional<WallTime> as_of;  // nullopt: the session as it is now
  std::optional<WallTime> expires_at;
  WallTime now;
  Constant root = "";
};

void begin_page(HtmlWriter& html, const PageHead& head);
void end_page(HtmlWriter& html);

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

void write_contents(HtmlWriter& html, const Contents& contents);

/// A whole document with a heading and a sentence, and nothing that tells what program made it.
[[nodiscard]] std::string plain_page(std::string_view title, std::string_view text);

}  // namespace panko
