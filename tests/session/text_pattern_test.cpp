// What meets what: in text as it is shown, and in JSON before it is decoded.
#include "session/text_pattern.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace panko {
namespace {

std::vector<std::string> found(std::string_view query, std::string_view text) {
  const TextPattern pattern = TextPattern::of(query).value();
  std::vector<std::string> matches;
  for (const auto& [offset, length] : PatternScanner(pattern).find(text))
    matches.emplace_back(text.substr(offset, length));
  return matches;
}

using Matches = std::vector<std::string>;

TEST(TextPattern, SmartCase) {
  EXPECT_EQ(found("fern", "Fern FERN fern"), (Matches{"Fern", "FERN", "fern"}));
  EXPECT_EQ(found("Fern", "Fern FERN fern"), (Matches{"Fern"}));
  EXPECT_EQ(found("été", "Été ÉTÉ été ete"), (Matches{"Été", "ÉTÉ", "été"}));
  EXPECT_EQ(found("Été", "Été ÉTÉ été"), (Matches{"Été"}));
  EXPECT_EQ(found("сад", "САД сад"), (Matches{"САД", "сад"}));
  EXPECT_EQ(found("日本", "日本語 にほん"), (Matches{"日本"}));
}

TEST(TextPattern, IsLiteral) {
  EXPECT_EQ(found("a.c", "abc a.c"), (Matches{"a.c"}));
  EXPECT_EQ(found(R"(\d+ [x] (y) $^ *?{2})", R"(12 \d+ [x] (y) $^ *?{2})"), (Matches{R"(\d+ [x] (y) $^ *?{2})"}));
  EXPECT_EQ(found("\"a\\n\"", R"(say "a\n" now)"), (Matches{"\"a\\n\""}));
  EXPECT_EQ(found("tab\there", "tab\there"), (Matches{"tab\there"}));
  EXPECT_EQ(found("x", ""), Matches{});
}

TEST(TextPattern, MatchesDoNotOverlap) {
  EXPECT_EQ(found("aa", "aaaaa"), (Matches{"aa", "aa"}));
  EXPECT_EQ(found("éé", "éééé").size(), 2u);
}

TEST(TextPattern, RefusesWhatIsNoText) {
  EXPECT_FALSE(TextPattern::of(""));
  EXPECT_FALSE(TextPattern::of("\xff"));
  EXPECT_FALSE(TextPattern::of(std::string(257, 'x')));
  EXPECT_TRUE(TextPattern::of(std::string(256, 'x')));
  std::string accents;
  for (int i = 0; i < 256; ++i) accents += "é";
  EXPECT_EQ(found(accents, accents), Matches{accents});
}

/// Whether the raw filter lets a line through.
bool lets_through(std::string_view query, std::string_view json) {
  const TextPattern pattern = TextPattern::of(query).value();
  if (pattern.is_unfiltered()) return true;
  std::vector<std::size_t> ends;
  PatternScanner(pattern).find_raw(json, ends);
  for (const std::size_t end : ends) EXPECT_LE(end, json.size());
  return !ends.empty();
}

TEST(TextPattern, TheRawFilterKnowsHowJsonEscapes) {
  EXPECT_TRUE(lets_through(R"(say "hi" \ to)", R"({"text":"say \"hi\" \\ to"})"));
  EXPECT_TRUE(lets_through("\"", R"({"text":"\u0022"})"));
  EXPECT_TRUE(lets_through("\\", R"({"text":"\\"})"));
  EXPECT_TRUE(lets_through("a/b", R"({"text":"a\/b"})"));
  EXPECT_TRUE(lets_through("<b>", R"({"text":"\u003cb\u003e"})"));
  EXPECT_TRUE(lets_through("x&y", R"({"text":"x\u0026y"})"));
  EXPECT_TRUE(lets_through("naïve", R"({"text":"na\u00EFve"})"));
  EXPECT_TRUE(lets_through("naïve", R"({"text":"NA\u00cfVE"})"));
  EXPECT_TRUE(lets_through("ï", R"({"text":"\u00ef"})"));
  EXPECT_TRUE(lets_through("日本", R"({"text":"\u65e5\u672C"})"));
  EXPECT_TRUE(lets_through("日本", R"({"text":"日\u672c"})"));
  EXPECT_TRUE(lets_through("😀", R"({"text":"\ud83d\uDE00"})"));
  EXPECT_TRUE(lets_through("é", R"({"arguments":"{\"text\":\"\\u00e9\"}"})"));
  EXPECT_TRUE(lets_through("/review now", R"({"text":"<command-name>/review</command-name><command-args>now"})"));
  EXPECT_TRUE(lets_through("! ls", R"({"text":"<bash-input>ls</bash-input>"})"));
  EXPECT_TRUE(lets_through("!", R"({"text":"<bash-input>ls</bash-input>"})"));
  EXPECT_FALSE(lets_through("fern", R"({"text":"moss"})"));
  EXPECT_FALSE(lets_through("Fern", R"({"text":"fern"})"));
  EXPECT_FALSE(lets_through("日", R"({"text":"\u65e6"})"));
}

}  // namespace
}  // namespace panko
