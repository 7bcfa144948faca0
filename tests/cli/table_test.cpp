#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

TEST(Table, AlignsByWhatATerminalShows) {
  const std::vector<Row> rows{{.cells = {{"active"}, {"フェルン"}, {"local"}}, .below = {{"http://x/"}}},
                              {.cells = {{"error"}, {"Fern"}, {"ssh"}}, .below = {}}};
  EXPECT_EQ(aligned(rows, 1, 80),
            "active  フェルン  local\n"
            "  http://x/\n"
            "error   Fern      ssh\n");
}

TEST(Table, CutsOnlyTheFlexibleColumn) {
  const std::vector<Row> rows{{.cells = {{"5 min"}, {std::string(200, 'x')}, {"3f2a9c1e"}}, .below = {}}};
  const std::string line = aligned(rows, 1, 40);
  EXPECT_EQ(line, "5 min  " + std::string(22, 'x') + "…  3f2a9c1e\n");
}

TEST(Table, AVeryNarrowTerminalStillGetsARow) {
  const std::vector<Row> rows{{.cells = {{"5 min"}, {std::string(200, 'x')}, {"3f2a9c1e"}}, .below = {}}};
  EXPECT_EQ(aligned(rows, 1, 1), "5 min  xxxxxxxxxxx…  3f2a9c1e\n");
  EXPECT_EQ(aligned({}, 1, 80), "");
}

TEST(Table, WrapsAtWordsAndNeverCutsOne) {
  EXPECT_EQ(wrapped("  ", "one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(wrapped("1  ", "http://a.long.example/s/x/ fern", 3, 10), "1  http://a.long.example/s/x/\n   fern\n");
  EXPECT_EQ(wrapped("", "フェルン フェルン", 0, 10), "フェルン\nフェルン\n");
  EXPECT_EQ(wrapped("  ", "", 2, 10), "  \n");
}

TEST(Table, SeparatesByTabs) {
  EXPECT_EQ(tab_separated({"", "a", "b c"}), "\ta\tb c\n");
}

TEST(Table, TellsTimeAndSizeShortly) {
  using namespace std::chrono_literals;
  EXPECT_EQ(short_time(-5s), "now");
  EXPECT_EQ(short_time(59s), "now");
  EXPECT_EQ(short_time(61s), "1 min");
  EXPECT_EQ(short_time(125min), "2 h");
  EXPECT_EQ(short_time(49h), "2 days");
  EXPECT_EQ(short_size(812), "812 B");
  EXPECT_EQ(short_size(44'900), "44 kB");
  EXPECT_EQ(short_size(3'470'000), "3.4 MB");
}

}  // namespace
}  // namespace panko::cli
