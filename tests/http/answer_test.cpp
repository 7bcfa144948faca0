#include "http/answer.hpp"

#include <gmock/gmock.h>

namespace panko {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Answer, SaysHowLongItIs) {
  const auto answer = make_answer({}, std::string("hello"), true);
  EXPECT_THAT(answer->head, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                                       "Content-Length: 5\r\n"));
  EXPECT_EQ(answer->body(), "hello");
  EXPECT_THAT(answer->head, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_TRUE(answer->head.ends_with("\r\n"));
}

TEST(Answer, CompressesLongTextForThoseWhoTakeIt) {
  const std::string text(2000, 'x');
  const auto compressed = make_answer({}, text, true);
  EXPECT_LT(compressed->body().size(), 100U);
  EXPECT_THAT(compressed->head, HasSubstr("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"));
  EXPECT_THAT(compressed->head, HasSubstr("Content-Length: " + std::to_string(compressed->body().size()) + "\r\n"));

  const auto plain = make_answer({}, text, false);
  EXPECT_EQ(plain->body(), text);
  EXPECT_THAT(plain->head, Not(HasSubstr("Content-Encoding")));
  EXPECT_THAT(plain->head, HasSubstr("Vary: Accept-Encoding\r\n"));

  EXPECT_EQ(make_answer({}, std::string(1024, 'x'), true)->body().size(), 1024U);
  EXPECT_THAT(make_answer({}, std::string(1025, 'x'), true)->head, HasSubstr("gzip"));
  EXPECT_EQ(make_answer({.content_type = "image/png"}, text, true)->body(), text);
}

TEST(Answer, LeavesFixedBytesWhereTheyAre) {
  static const std::string text(2000, 'y');
  const auto plain = make_answer({.content_type = "text/css", .immutable = true}, std::string_view(text), false);
  EXPECT_EQ(plain->body().data(), text.data());
  EXPECT_EQ(plain->weight(), plain->head.size());
  EXPECT_THAT(plain->head, HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\n"));
  EXPECT_LT(make_answer({.content_type = "text/css"}, std::string_view(text), true)->body().size(), 100U);
}

TEST(Answer, TellsTheDate) {
  DateField date;
  const std::string line(date.line());
  EXPECT_THAT(line, ::testing::MatchesRegex("Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]+ [A-Z][a-z]+ 20[0-9]+ "
                                            "[0-9]+:[0-9]+:[0-9]+ GMT\r\n"));
}

}  // namespace
}  // namespace panko
