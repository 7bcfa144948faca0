#include "store/share.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(ShareStatusTest, NamesAreThoseOfTheDatabase) {
  EXPECT_EQ(name_of(ShareStatus::starting), "starting");
  EXPECT_EQ(name_of(ShareStatus::active), "active");
  EXPECT_EQ(name_of(ShareStatus::error), "error");
  EXPECT_EQ(name_of(ShareStatus::stopped), "stopped");
}

TEST(ShareStatusTest, EveryNameIsReadBackAndNothingElse) {
  for (const auto status : {ShareStatus::starting, ShareStatus::active, ShareStatus::error, ShareStatus::stopped})
    EXPECT_EQ(share_status_from(name_of(status)), status);
  for (const char* name : {"", "Active", "active ", "running"}) EXPECT_EQ(share_status_from(name), std::nullopt);
}

}  // namespace
}  // namespace panko
