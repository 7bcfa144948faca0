// What has to change on an open page of a session so that it shows a later state of the session: the ops of
// docs/page.md, "Live". In time linear in the rows, and in what it costs to render those that changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "edition/edition.hpp"
#include "edition/session_pages.hpp"

namespace panko {

/// A page as far as ops know it: what its elements are called, where each stands and what it shows.
struct PageModel {
  PageModel() = default;
  explicit PageModel(const SessionPages& pages);

  struct Row {
    std::uint64_t key = 0;      // what its element is called, and where it stands
    std::uint64_t version = 0;  // what it shows
  };
  struct Group {
    std::uint64_t key = 0;  // likewise
    std::uint32_t size = 0;
  };
  std::vector<Row> rows;
  std::vector<Group> groups;  // as in Rows
};

/// More HTML than this is not sent: the page asks for what it needs of it.
constexpr std::size_t kMaxChangeHtml = std::size_t{96} << 10;

/// Members of a JSON object ("version", "count", "ops", "head"), for a page that shows `before` to show `after`, which
/// was read on from there. Empty: it is too much, or it is easier to look again.
[[nodiscard]] std::string page_change(const SessionPages& before, const PageModel& old_model, const SessionPages& after,
                                      const PageModel& new_model);

}  // namespace panko
