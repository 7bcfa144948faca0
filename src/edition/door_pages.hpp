// Pages that stand in front of a session, or beside it: nothing of it is on them. HTML documents; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace panko {

struct Door {
  enum class Problem : std::uint8_t { none, wrong_password, too_many_tries };
  bool asks_password = false;  // else it says that views are counted
  Problem problem = Problem::none;
  bool is_below = false;      // in the place of a page one level below the share's root
  std::string_view anchor{};  // where in the session it leads; foreign text
};

/// In the place of every page, for whoever was not let in yet (docs/page.md, "The gate").
[[nodiscard]] std::string door_page(const Door& door);

/// From the share's root to the page at an anchor; empty: to its beginning.
[[nodiscard]] std::string page_address(std::string_view anchor);

/// What `download` offers; `records`: the session's own too.
[[nodiscard]] std::string download_page(bool records);

}  // namespace panko
