#include "tunnel/log_follower.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogFollowerTest : public testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream(path, std::ios::app) << text; }
  LogFollower open() {
    return value_or_throw(LogFollower::open(loop, Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), path));
  }
  /// All that is there.
  void read(LogFollower& log) {
    while (log.read_some([this](std::string_view line) { lines.emplace_back(line); })) {
    }
  }

  test::TempDir dir;
  std::filesystem::path path = dir.path() / "log";
  boost::asio::io_context loop;
  std::vector<std::string> lines;
};

TEST_F(LogFollowerTest, GivesWholeLinesOnce) {
  auto log = open();
  append("one\ntwo\r\nthr");
  read(log);
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  append("ee\n\n");
  read(log);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
  append("last");
  log.read_rest([this](std::string_view line) { lines.emplace_back(line); });
  EXPECT_EQ(lines.back(), "last");
}

TEST_F(LogFollowerTest, AnotherReaderBeginsAtTheBeginning) {
  append("one\n");
  auto first = open();
  read(first);
  append("two\n");
  lines.clear();
  auto second = open();
  second.resume();
  read(second);
  EXPECT_THAT(lines, ElementsAre("one", "two"));
}

TEST_F(LogFollowerTest, AnotherReaderSkipsWhatWasGivenBack) {
  auto first = open();
  const std::string block = std::string(1023, 'x') + "\n";
  for (int megabyte = 0; megabyte < 20; ++megabyte) {
    std::string text;
    for (int i = 0; i < 1024; ++i) text += block;
    append(text);
    read(first);
    lines.clear();
  }
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  append("after\n");
  auto second = open();
  second.resume();
  read(second);
  EXPECT_EQ(lines.back(), "after");
  EXPECT_LE(lines.size(), 9U * 1024);
  // Half a line at the front of what is left is none; a hole is not a line either.
  for (const auto& line : lines) ASSERT_TRUE(line == "after" || line == block.substr(0, 1023)) << line.size();
}

TEST_F(LogFollowerTest, AnEmptyLogHasNothing) {
  auto log = open();
  log.resume();
  read(log);
  EXPECT_THAT(lines, IsEmpty());
}

}  // namespace
}  // namespace panko
