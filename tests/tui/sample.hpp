// Sessions that somebody might have, all invented, and a screen as text.
#pragma once

#include <ftxui/screen/screen.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "tui/update.hpp"

namespace panko::test {

/// 12 March 2026, noon.
[[nodiscard]] WallTime noon();

/// `ago` is counted back from noon().
[[nodiscard]] SessionEntry session(std::string_view title, std::string_view project, std::chrono::milliseconds ago);

/// Six sessions in three projects: one that is being written, one unreadable, emoji and wide characters, escapes.
[[nodiscard]] std::vector<SessionEntry> sample_sessions();

[[nodiscard]] LibraryUpdate progress(std::size_t files_read, std::size_t files_to_read, bool is_complete = false);
[[nodiscard]] DaemonUp daemon_with(std::vector<protocol::ShareInfo> shares);

/// What was scanned to the end, with a daemon that is there.
[[nodiscard]] tui::Model model_of(std::vector<SessionEntry> sessions, int columns, int rows);

[[nodiscard]] tui::Effects press(tui::Model& model, tui::Key key);
/// Every character is a key.
tui::Effects type(tui::Model& model, std::string_view keys);
[[nodiscard]] tui::KeyPress control(char character);

/// The titles (headings: "# directory") in order, the selected one with "> " before it.
[[nodiscard]] std::vector<std::string> list(const tui::Model& model);
/// The title of the selected session; of a heading "# directory".
[[nodiscard]] std::string selected(const tui::Model& model);

/// What one reads, a line a row, without spaces at the ends.
[[nodiscard]] std::string text_of(const ftxui::Screen& screen);
/// The same as one line: frames gone, and runs of spaces and line ends one space.
[[nodiscard]] std::string unwrapped(const ftxui::Screen& screen);
/// For each cell: i inverted, u underlined, b bold, d dim; the first that applies; "." for plain text, " " for none.
[[nodiscard]] std::string attributes_of(const ftxui::Screen& screen);

/// Compares with tests/golden/tui/NAME.txt; writes it when PANKO_UPDATE_GOLDEN is set.
void expect_golden(std::string_view name, const std::string& text);

}  // namespace panko::test
