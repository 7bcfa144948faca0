#include "http/workshop.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace panko {
namespace {

class WorkshopTest : public ::testing::Test {
 protected:
  boost::asio::io_context loop_;
  boost::asio::thread_pool workers_{4};
};

TEST_F(WorkshopTest, BringsResultsBackToTheLoop) {
  Workshop workshop(loop_, workers_, 2);
  const auto here = std::this_thread::get_id();
  std::thread::id worked_in;
  std::thread::id resumed_in;
  boost::asio::co_spawn(
      loop_,
      [&]() -> Task<void> {
        const auto result = co_await workshop.run([&] {
          worked_in = std::this_thread::get_id();
          return std::make_unique<int>(7);
        });
        resumed_in = std::this_thread::get_id();
        EXPECT_EQ(**result, 7);
      },
      end_of_coroutine);
  loop_.run();
  EXPECT_EQ(resumed_in, here);
  EXPECT_NE(worked_in, here);
  EXPECT_NE(worked_in, std::thread::id());
}

TEST_F(WorkshopTest, AJobThatThrowsHasNoResult) {
  Workshop workshop(loop_, workers_, 1);
  std::vector<bool> had_result;
  boost::asio::co_spawn(
      loop_,
      [&]() -> Task<void> {
        had_result.push_back((co_await workshop.run([]() -> int { throw std::runtime_error("no"); })).has_value());
        had_result.push_back((co_await workshop.run([] { return 1; })).has_value());
      },
      end_of_coroutine);
  loop_.run();
  EXPECT_EQ(had_result, (std::vector{false, true}));
}

TEST_F(WorkshopTest, RunsOnlySoManyAtATime) {
  Workshop workshop(loop_, workers_, 2);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  int done = 0;
  for (int i = 0; i < 50; ++i) {
    boost::asio::co_spawn(
        loop_,
        [&]() -> Task<void> {
          co_await workshop.run([&] {
            const int now = ++running;
            int seen = most;
            while (seen < now && !most.compare_exchange_weak(seen, now)) {
            }
            std::this_thread::yield();
            --running;
            return 0;
          });
          ++done;
        },
        end_of_coroutine);
  }
  loop_.run();
  EXPECT_EQ(done, 50);
  EXPECT_LE(most, 2);
}

TEST_F(WorkshopTest, DoesNothingForThoseWhoHaveLeft) {
  Workshop workshop(loop_, workers_, 1);
  int ran = 0;
  int without_result = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(
        loop_,
        [&]() -> Task<void> {
          const auto result = co_await workshop.run([&] { return ++ran; }, [] { return false; });
          if (!result) ++without_result;
        },
        end_of_coroutine);
  }
  loop_.run();
  EXPECT_EQ(ran, 1) << "the first found a free place at once";
  EXPECT_EQ(without_result, 2);
}

TEST_F(WorkshopTest, DiscardsOnAWorker) {
  Workshop workshop(loop_, workers_, 1);
  std::thread::id gone_in;
  struct Watched {
    std::thread::id* gone_in;
    ~Watched() { *gone_in = std::this_thread::get_id(); }
  };
  workshop.discard(std::make_unique<Watched>(&gone_in));
  workers_.join();
  EXPECT_NE(gone_in, std::thread::id());
  EXPECT_NE(gone_in, std::this_thread::get_id());
}

TEST_F(WorkshopTest, OneFlightServesAllWhoWait) {
  const auto flight = std::make_shared<Flight<int>>(loop_.get_executor());
  std::vector<int> heard;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(
        loop_, [&]() -> Task<void> { heard.push_back((co_await Flight<int>::wait(flight)).value_or(-1)); },
        end_of_coroutine);
  }
  loop_.poll();
  EXPECT_TRUE(heard.empty());
  flight->land(5);
  loop_.restart();
  loop_.run();
  EXPECT_EQ(heard, (std::vector{5, 5, 5}));
}

}  // namespace
}  // namespace panko
