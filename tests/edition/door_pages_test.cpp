#include "edition/door_pages.hpp"

#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string checked(const std::string& page) {
  EXPECT_EQ(test::HtmlCheck::problem_of(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(testing::ContainsRegex("[Pp]anko")));
  return page;
}

TEST(DoorPages, AskForAPassword) {
  const auto page = checked(door_page({.asks_password = true}));
  EXPECT_THAT(page, HasSubstr("<form method=\"post\" action=\"unlock\">"));
  EXPECT_THAT(page, HasSubstr("<input type=\"password\" name=\"password\""));
  EXPECT_THAT(page, Not(HasSubstr("role=\"alert\"")));
}

TEST(DoorPages, AskWhetherAViewIsToBeSpent) {
  const auto page = checked(door_page({}));
  EXPECT_THAT(page, HasSubstr("<form method=\"post\" action=\"open\">"));
  EXPECT_THAT(page, Not(HasSubstr("<input")));
}

TEST(DoorPages, SayWhatWentWrong) {
  EXPECT_THAT(checked(door_page({.asks_password = true, .problem = Door::Problem::wrong_password})),
              HasSubstr("That is not the password. Try again."));
  EXPECT_THAT(checked(door_page({.asks_password = true, .problem = Door::Problem::too_many_tries})),
              HasSubstr("Too many passwords were tried here lately."));
}

TEST(DoorPages, LeadFromWhereTheyStandToWhereTheyWereAskedFor) {
  const auto page = checked(door_page({.asks_password = true, .is_below = true, .anchor = "a\"b c&d/é"}));
  EXPECT_THAT(page, HasSubstr("action=\"../unlock?from=a%22b%20c%26d%2F%C3%A9\""));
  EXPECT_THAT(page, HasSubstr("href=\"../a/"));
  EXPECT_EQ(page_address("a\r\nb"), "./?from=a%0D%0Ab#a%0D%0Ab");
  EXPECT_EQ(page_address(""), "./");
}

TEST(DoorPages, OfferTheFormatsThatThereAre) {
  const auto all = checked(download_page(true));
  for (const char* format : {"html", "md", "jsonl"})
    EXPECT_THAT(all, HasSubstr(std::string("href=\"download?format=") + format + "\""));
  EXPECT_THAT(checked(download_page(false)), Not(HasSubstr("jsonl")));
}

}  // namespace
}  // namespace panko
