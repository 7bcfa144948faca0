#include "cli/lookups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.hpp"

namespace panko::cli {
namespace {

using protocol::ShareInfo;
using testing::HasSubstr;

ShareInfo share(std::string id, std::string status, std::string name = "Fern") {
  ShareInfo info;
  info.id = std::move(id);
  info.status = std::move(status);
  info.session_name = std::move(name);
  return info;
}

const std::vector<ShareInfo> kShares{share("3f2a1111", "active"), share("3f2a2222", "stopped"),
                                     share("77aa1111", "error", "Moss\x1b[31m"), share("77aa2222", "starting"),
                                     share("99990000", "stopped")};

std::string error_of(std::string_view word) {
  try {
    return "found " + find_share(kShares, word).id;
  } catch (const Failure& failure) {
    return failure.what();
  }
}

TEST(FindShare, TakesAnIdOrItsBeginning) {
  EXPECT_EQ(find_share(kShares, "3f2a1111").id, "3f2a1111");
  EXPECT_EQ(find_share(kShares, "77aa1").id, "77aa1111");
}

TEST(FindShare, OneThatIsUpGoesBeforeStoppedOnes) {
  EXPECT_EQ(find_share(kShares, "3f2a").id, "3f2a1111");
  EXPECT_EQ(find_share(kShares, "3f2a2").id, "3f2a2222");
  EXPECT_EQ(find_share(kShares, "9999").id, "99990000");
}

TEST(FindShare, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("77aa"), HasSubstr("beginning of 2 shares: 77aa1111 (Moss␛[31m), 77aa2222 (Fern)"));
  EXPECT_THAT(error_of("dead"), HasSubstr("There is no share \"dead\""));
  EXPECT_THAT(error_of(""), HasSubstr("There is no share \"\""));
}

}  // namespace
}  // namespace panko::cli
