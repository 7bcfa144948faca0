#include "tunnel/backoff.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using namespace std::chrono_literals;

void expect_about(std::chrono::milliseconds wait, std::chrono::milliseconds expected) {
  EXPECT_GE(wait, expected * 8 / 10);
  EXPECT_LE(wait, expected * 12 / 10);
}

TEST(Backoff, DoublesUpToTheLast) {
  Backoff backoff(1s, 5s);
  expect_about(backoff.next(), 1s);
  expect_about(backoff.next(), 2s);
  expect_about(backoff.next(), 4s);
  expect_about(backoff.next(), 5s);
  expect_about(backoff.next(), 5s);
  backoff.reset();
  expect_about(backoff.next(), 1s);
}

}  // namespace
}  // namespace panko
