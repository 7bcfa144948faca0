// The page around the blocks: head, header, contents, the links between windows, nested groups, end.
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

/// Where this window stands among the messages. Anchors are empty where there is no such window.
struct WindowPlace {
  std::uint64_t first = 0;  // counted from 1
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  bool has_previous = false;
  std::string previous;  // empty although there is one: the beginning
  std::string next;
  std::string latest;
};

enum class WindowEnd : std::uint8_t { top, bottom };
void write_window_links(HtmlWriter& html, const WindowPlace& place, WindowEnd end);

/// Blocks that are not on the main line.
struct GroupHead {
  enum class Kind : std::uint8_t { subagent, branch };
  Kind kind = Kind::subagent;
  std::string_view type;         // sub-agent: "Explore"
  std::string_view description;  // sub-agent
  std::uint64_t count = 0;       // messages in it
  bool open = false;
  bool continued = false;  // it began in an earlier window
};
void begin_group(HtmlWriter& html, const GroupHead& head);
void end_group(HtmlWriter& html);

/// A whole document with a heading and a sentence, and nothing that tells what program made it.
[[nodiscard]] std::string plain_page(std::string_view title, std::string_view text);

}  // namespace panko
