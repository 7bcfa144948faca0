#include "base/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace panko {
namespace {

constexpr std::array<std::string_view, 6> kProviders{"local", "cloudflare", "ngrok", "tailscale", "ssh", "command"};

TEST(Nearest, FindsWhatWasMistyped) {
  EXPECT_EQ(nearest("loacl", kProviders), "local");
  EXPECT_EQ(nearest("cloudfare", kProviders), "cloudflare");
  EXPECT_EQ(nearest("ngork", kProviders), "ngrok");
  EXPECT_EQ(nearest("shs", kProviders), "ssh");
  EXPECT_EQ(nearest("local", kProviders), "local");
}

TEST(Nearest, TakesABeginningAndIgnoresCase) {
  EXPECT_EQ(nearest("cloud", kProviders), "cloudflare");
  EXPECT_EQ(nearest("TAIL", kProviders), "tailscale");
  EXPECT_EQ(nearest("localhost", kProviders), "local");
}

TEST(Nearest, SaysNothingWhenNothingResembles) {
  EXPECT_EQ(nearest("xyzzyplugh", kProviders), "");
  EXPECT_EQ(nearest("", kProviders), "");
  EXPECT_EQ(nearest("local", {}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'l'), kProviders), "");
}

}  // namespace
}  // namespace panko
