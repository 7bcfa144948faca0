// The one line of a tool call: who was asked for what, how much came of it, and whether it failed. Pure.
#pragma once

#include <string>

#include "render/diff_view.hpp"
#include "session/block.hpp"

namespace panko {

struct ToolSummary {
  std::string name;      // "Bash", "github › list_issues"
  std::string purpose;   // in words, where the agent said it
  std::string telling;   // what says most: a command's first line, a path, a query
  bool is_code = false;  // `telling` is no prose
  bool is_path = false;  // it is a path, of which the end says most
  LineTotals totals;     // of an edit
  std::string count;     // "42 lines", "3 of 7 done"
  std::string badge;     // "failed", "exit 2"
  std::string trouble;   // of a failure: the line that says why
};

/// As much of a path as the line of a call shows.
constexpr std::size_t kPathColumns = 90;

/// `directory`: paths inside of it are written from there.
[[nodiscard]] ToolSummary summary_of(const Block& block, std::string_view directory);

}  // namespace panko
