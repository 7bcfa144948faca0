#include "cli/choice.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

const std::vector<protocol::ProviderInfo> kProviders{
    {.name = "local", .description = "this machine", .available = true, .missing = {}, .is_public = false},
    {.name = "cloudflare", .description = "anybody", .available = true, .missing = {}, .is_public = true}};

TEST(Choice, TakesWhatIsConfigured) {
  EXPECT_EQ(choose_provider(kProviders, "cloudflare", true), "cloudflare");
  EXPECT_EQ(choose_provider(kProviders, "unknown", false), "unknown");  // the daemon says what is wrong with it
}

TEST(Choice, NeverTakesAPublicOneUnasked) {
  EXPECT_EQ(choose_provider(kProviders, std::nullopt, false), "local");
  EXPECT_EQ(choose_provider({}, std::nullopt, false), "local");
}

TEST(Choice, AsksNothingWhenThereIsNoChoice) {
  auto providers = kProviders;
  providers[1].available = false;
  EXPECT_EQ(choose_provider(providers, std::nullopt, true), "local");
}

}  // namespace
}  // namespace panko::cli
