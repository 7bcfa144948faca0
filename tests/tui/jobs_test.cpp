#include "tui/jobs.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace panko::tui {
namespace {

using namespace std::chrono_literals;

/// Jobs that wait until they are let go.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    most_inside_ = std::max(most_inside_, inside_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
    ++passed_;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_until_inside(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return inside_ == count; });
  }
  [[nodiscard]] std::size_t most_inside() {
    const std::lock_guard lock(mutex_);
    return most_inside_;
  }
  [[nodiscard]] std::size_t passed() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  std::size_t most_inside_ = 0;
  std::size_t passed_ = 0;
  bool open_ = false;
};

TEST(Jobs, RunBesideEachOtherUpToABound) {
  Gate gate;
  Jobs jobs([&](const Effect&) { gate.pass(); });
  for (std::size_t i = 0; i < 3 * Jobs::kMostAtOnce; ++i) jobs.run(Rescan{});
  ASSERT_TRUE(gate.wait_until_inside(Jobs::kMostAtOnce));
  EXPECT_FALSE(jobs.finish(1ms));  // they are not waited for longer than that
  gate.open();
  EXPECT_TRUE(jobs.finish(10s));
  EXPECT_EQ(gate.passed(), 3 * Jobs::kMostAtOnce);
  EXPECT_EQ(gate.most_inside(), Jobs::kMostAtOnce);
}

TEST(Jobs, DoWhatTheyAreGiven) {
  std::mutex mutex;
  std::string seen;
  Jobs jobs([&](const Effect& effect) {
    const std::lock_guard lock(mutex);
    seen = std::get<OpenUrl>(effect).url;
  });
  EXPECT_TRUE(jobs.finish(0ms));
  jobs.run(OpenUrl{"http://127.0.0.1/"});
  EXPECT_TRUE(jobs.finish(10s));
  EXPECT_EQ(seen, "http://127.0.0.1/");
}

}  // namespace
}  // namespace panko::tui
