#include "tui/inbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace panko::tui {
namespace {

bool is_readable(int fd, int patience) {
  pollfd poll_fd{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&poll_fd, 1, patience) == 1;
}

TEST(Inbox, IsReadableWhileThereIsSomething) {
  Inbox inbox;
  EXPECT_FALSE(is_readable(inbox.fd(), 0));
  EXPECT_TRUE(inbox.take().events.empty());
  inbox.post(Tick{});
  inbox.post_for_terminal("a");
  inbox.post_for_terminal("b");
  EXPECT_TRUE(is_readable(inbox.fd(), 0));
  const auto content = inbox.take();
  EXPECT_EQ(content.events.size(), 1U);
  EXPECT_EQ(content.for_terminal, "ab");
  EXPECT_FALSE(is_readable(inbox.fd(), 0));
}

TEST(Inbox, TakesWhatOtherThreadsPostInTheirOrder) {
  Inbox inbox;
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&inbox, thread] {
      for (int i = 0; i < kEach; ++i) inbox.post(Resize{.columns = thread, .rows = i});
    });
  std::vector<int> next(kThreads, 0);
  for (int taken = 0; taken < kThreads * kEach;) {
    ASSERT_TRUE(is_readable(inbox.fd(), 10'000));
    for (const Event& event : inbox.take().events) {
      const auto& resize = std::get<Resize>(event);
      ASSERT_EQ(resize.rows, next[static_cast<std::size_t>(resize.columns)]++);
      ++taken;
    }
  }
}

}  // namespace
}  // namespace panko::tui
