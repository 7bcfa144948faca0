// A window of a session: the element that holds its blocks, the nested groups in it, and the links to the windows
// beside it. The page and its script fetch the same element (docs/page.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "render/html.hpp"

namespace panko {

/// Where a window stands among the messages, which count from 1. Anchors are empty where there is no such window.
struct WindowPlace {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  std::string version;  // of the whole session, in hex
  std::string from;     // the anchor of its first block
  std::string next;     // the anchor behind its last one
};

void begin_window(HtmlWriter& html, const WindowPlace& place);
void end_window(HtmlWriter& html);

/// For who has no JavaScript; nothing where the window is all there is.
enum class WindowEnd : std::uint8_t { top, bottom };
void write_window_links(HtmlWriter& html, const WindowPlace& place, WindowEnd end);

/// Blocks that are not on the main line.
struct GroupHead {
  enum class Kind : std::uint8_t { subagent, branch };
  Kind kind = Kind::subagent;
  std::string_view anchor;       // of its first block; empty: it began in an earlier window
  std::string_view type;         // sub-agent: "Explore"
  std::string_view description;  // sub-agent
  std::uint64_t count = 0;       // messages in it
  bool open = false;
};
void begin_group(HtmlWriter& html, const GroupHead& head);
void end_group(HtmlWriter& html);

/// The id of a group's element.
[[nodiscard]] std::string group_id(std::string_view anchor);

}  // namespace panko
