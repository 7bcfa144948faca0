#include "shares/session_watch.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/store/scratch.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;

class SessionWatchTest : public testing::Test {
 protected:
  void write() const { std::ofstream(file_, std::ios::app) << "x"; }

  test::ScratchDirectory scratch_;
  std::filesystem::path file_ = scratch_ / "a.jsonl";
  boost::asio::io_context loop_;
  std::vector<std::set<std::filesystem::path>> told_;
};

TEST_F(SessionWatchTest, ManyWritesAreToldOnce) {
  SessionWatch watch(loop_, 20ms, [&](const auto& files) {
    told_.push_back(files);
    loop_.stop();
  });
  watch.add(file_);
  for (int i = 0; i < 100; ++i) write();
  loop_.run_for(20s);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0], std::set{file_});
  write();
  loop_.restart();
  loop_.run_for(20s);
  EXPECT_EQ(told_.size(), 2U) << "it listens again";
}

TEST_F(SessionWatchTest, AFileThatWasRemovedIsNotToldOf) {
  SessionWatch watch(loop_, 1ms, [&](const auto& files) { told_.push_back(files); });
  watch.add(file_);
  watch.remove(file_);
  write();
  loop_.run_for(30ms);
  EXPECT_TRUE(told_.empty());
}

TEST_F(SessionWatchTest, ClosedItLetsTheLoopEnd) {
  SessionWatch watch(loop_, 1h, [&](const auto& files) { told_.push_back(files); });
  watch.add(file_);
  write();
  loop_.run_one();
  watch.close();
  loop_.run();
  watch.add(file_);
  watch.remove(file_);
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace panko
