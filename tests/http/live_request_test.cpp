#include "http/live_request.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace panko::test {
namespace {

TEST(LiveRequest, NamesPagesAndWhereTheyStand) {
  const auto request = parse_live_request(
      R"({"pages":[{"token":"a","version":"1f"},{"token":"b","version":"2"}],"mode":"stream","x":1})");
  ASSERT_TRUE(request);
  ASSERT_EQ(request->pages.size(), 2U);
  EXPECT_EQ(request->pages[0].token, "a");
  EXPECT_EQ(request->pages[1].version, "2");
  EXPECT_FALSE(request->is_poll);
  EXPECT_TRUE(parse_live_request(R"({"pages":[{"token":"a","version":"1"}],"mode":"poll"})")->is_poll);
}

TEST(LiveRequest, AnythingElseIsRefusedWithASentence) {
  const std::string page = R"({"token":"a","version":"1"})";
  std::string many;
  for (int i = 0; i < 65; ++i) many += fmt::format(R"({}{{"token":"t{}","version":"1"}})", i == 0 ? "" : ",", i);
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("\xff"), std::string("null"),
        std::string(60000, '['), std::string(R"({"pages":[],"mode":"stream"})"), std::string(R"({"mode":"stream"})"),
        fmt::format(R"({{"pages":[{}]}})", page), fmt::format(R"({{"pages":[{}],"mode":"other"}})", page),
        fmt::format(R"({{"pages":[{}],"mode":7}})", page), fmt::format(R"({{"pages":[{0},{0}],"mode":"poll"}})", page),
        fmt::format(R"({{"pages":[{}],"mode":"poll"}})", many), std::string(R"({"pages":["a"],"mode":"poll"})"),
        std::string(R"({"pages":[{"token":"a"}],"mode":"poll"})"),
        std::string(R"({"pages":[{"token":"a","version":5}],"mode":"poll"})"),
        std::string(R"({"pages":[{"token":"","version":"5"}],"mode":"poll"})"),
        fmt::format(R"({{"pages":[{{"token":"{}","version":"5"}}],"mode":"poll"}})", std::string(200, 'a'))}) {
    const auto request = parse_live_request(body);
    ASSERT_FALSE(request) << body.substr(0, 100);
    EXPECT_TRUE(request.error().message.ends_with('.')) << request.error().message;
  }
}

}  // namespace
}  // namespace panko::test
