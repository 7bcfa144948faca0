#include "tunnel/log_line.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"

namespace panko {
namespace {

TEST(LogLine, IsQuotedForPeople) {
  EXPECT_EQ(quote_log_line("2026-05-29T09:25:34Z ERR it  broke"), "it broke");
  EXPECT_EQ(quote_log_line(R"({"level":"error","message":"it broke","error":"no route"})"), "it broke: no route");
  EXPECT_EQ(quote_log_line(R"({"lvl":"eror","msg":"failed","err":"dial tcp"})"), "failed: dial tcp");
  EXPECT_EQ(quote_log_line("+-----+"), "");
  EXPECT_EQ(quote_log_line(""), "");
}

TEST(LogLine, QuotesNoTokenAndNoEscape) {
  EXPECT_EQ(quote_log_line("GET /s/AbC_-9/x?from=1 and /s/Q"), "GET /s/.../x?from=1 and /s/...");
  EXPECT_EQ(quote_log_line("a\x1b]0;title\x07"), "a␛]0;title␇");
}

TEST(LogLine, QuotesAtMost200BytesAndNoHalfCharacter) {
  std::string line;
  for (int i = 0; i < 200; ++i) line += "ä";
  const auto quote = quote_log_line("x" + line + "\xff");
  EXPECT_EQ(quote.size(), 199);
  EXPECT_TRUE(is_valid_utf8(quote));
}

TEST(LogLine, SurvivesHostileJson) {
  EXPECT_EQ(parse_log_line(std::string(60'000, '{')).message.size(), 60'000);
  EXPECT_EQ(parse_log_line("{\"message\":\"\xff\"}").message, "{\"message\":\"\xff\"}");
  EXPECT_EQ(parse_log_line(R"({"message":1,"error":{}})").message, "");
}

TEST(LogLine, ShowsNoSecret) {
  EXPECT_EQ(without_secrets("token@host: token is wrong", {"token", ""}), "...@host: ... is wrong");
  EXPECT_EQ(without_secrets("nothing", {}), "nothing");
}

}  // namespace
}  // namespace panko
