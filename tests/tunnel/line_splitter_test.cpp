#include "tunnel/line_splitter.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace panko {
namespace {

using testing::ElementsAre;

class LineSplitterTest : public testing::Test {
 protected:
  std::vector<std::string> lines;
  LineSplitter splitter;
  LineSplitter::Sink sink = [this](std::string_view line) { lines.emplace_back(line); };
};

TEST_F(LineSplitterTest, PutsPiecesTogether) {
  for (const char c : std::string("one\ntwo\r\n\nthr")) splitter.feed({&c, 1}, sink);
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  splitter.feed("ee", sink);
  splitter.finish(sink);
  splitter.finish(sink);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST_F(LineSplitterTest, LeavesOutWhatIsTooLong) {
  const std::string just(LineSplitter::kLongest, 'a');
  splitter.feed(just + "\n" + just, sink);
  for (int i = 0; i < 100; ++i) splitter.feed(just, sink);
  splitter.feed("\nb\n", sink);
  EXPECT_THAT(lines, ElementsAre(just, "b"));
}

TEST_F(LineSplitterTest, LeavesOutALineWhoseBeginningIsMissing) {
  splitter.feed("half", sink);
  splitter.skip();
  splitter.feed("tail\nwhole\n", sink);
  EXPECT_THAT(lines, ElementsAre("whole"));
}

}  // namespace
}  // namespace panko
