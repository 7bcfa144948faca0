// Every key of the TUI and what it does: for the help, and for what has to agree with it. Constant.
#pragma once

#include <span>
#include <string_view>

namespace panko::tui {

struct KeyHelp {
  std::string_view keys;  // "j/k ↑/↓"
  std::string_view does;
};

struct KeyCategory {
  std::string_view name;
  std::span<const KeyHelp> keys;
};

[[nodiscard]] std::span<const KeyCategory> key_categories();

}  // namespace panko::tui
