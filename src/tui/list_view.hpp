// Paints the list: headings and sessions in columns that give way, the least telling first, where it is narrow. Pure;
// only the visible rows are touched.
#pragma once

#include <chrono>
#include <ftxui/screen/screen.hpp>

#include "tui/layout.hpp"

namespace panko::tui {

/// A session whose file changed this lately is being written.
inline constexpr std::chrono::seconds kLiveTime{15};
[[nodiscard]] bool is_live(const SessionEntry& session, WallTime now);

void paint_list(ftxui::Screen& screen, const Layout& layout, const Model& model);

/// The names of the columns, over them.
void paint_labels(ftxui::Screen& screen, const Layout& layout, const Model& model);

}  // namespace panko::tui
