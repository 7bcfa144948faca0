#include "catalog/fuzzy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The text with what was met in brackets; "-" when it does not match.
std::string met(std::string_view query, std::string_view text) {
  const auto match = FuzzyQuery(query).match(text);
  if (!match) return "-";
  std::string out;
  std::size_t at = 0;
  for (const MatchRange& range : match->ranges) {
    out += text.substr(at, range.offset - at);
    out += '[';
    out += text.substr(range.offset, range.length);
    out += ']';
    at = range.offset + range.length;
  }
  out += text.substr(at);
  return out;
}

std::int32_t score(std::string_view query, std::string_view text) {
  const auto match = FuzzyQuery(query).match(text);
  return match ? match->score : -1;
}

TEST(Fuzzy, MeetsCharactersInOrder) {
  EXPECT_EQ(met("fern", "Water the fern"), "Water the [fern]");
  EXPECT_EQ(met("wtf", "Water the fern"), "[W]ater [t]he [f]ern");
  EXPECT_EQ(met("nref", "Water the fern"), "-");
  EXPECT_EQ(met("fern", "fer"), "-");
  EXPECT_EQ(met("fern", ""), "-");
  EXPECT_EQ(met("x", "Water the fern"), "-");
}

TEST(Fuzzy, AnEmptyQueryMatchesEverything) {
  for (const char* query : {"", " ", " \t\n "}) {
    EXPECT_TRUE(FuzzyQuery(query).empty());
    EXPECT_EQ(met(query, "anything"), "anything");
    EXPECT_EQ(FuzzyQuery(query).score(SessionEntry{}), 0);
  }
  EXPECT_FALSE(FuzzyQuery("a").empty());
}

TEST(Fuzzy, WordsInAnyOrder) {
  EXPECT_EQ(met("fern water", "Water the fern"), "[Water] the [fern]");
  EXPECT_EQ(met("fern moss", "Water the fern"), "-");
  EXPECT_EQ(met("fern fern", "Water the fern"), "Water the [fern]");
}

TEST(Fuzzy, SmartCase) {
  EXPECT_EQ(met("fern", "FERN"), "[FERN]");
  EXPECT_EQ(met("Fern", "the fern, the Fern"), "the fern, the [Fern]");
  EXPECT_EQ(met("Fern", "fern"), "-");
}

TEST(Fuzzy, PrefersRunsAndBeginnings) {
  EXPECT_EQ(met("fb", "foobar baz"), "[f]oobar [b]az");
  EXPECT_EQ(met("bar", "b-a-r bar"), "b-a-r [bar]");
  EXPECT_EQ(met("gs", "src/get_status.cpp"), "src/[g]et_[s]tatus.cpp");
  EXPECT_EQ(met("gs", "progress getStatus"), "progress [g]et[S]tatus");
  EXPECT_GT(score("bar", "a bar"), score("bar", "abar"));
  EXPECT_GT(score("bar", "abar"), score("bar", "ab-ar"));
  EXPECT_GT(score("ab", "a_b"), score("ab", "axxxb"));
}

TEST(Fuzzy, BeyondAscii) {
  EXPECT_EQ(met("ärger", "Großer ÄRGER"), "Großer [ÄRGER]");
  EXPECT_EQ(met("Ärger", "ärger"), "-");
  EXPECT_EQ(met("修复", "请修一下,复查"), "请[修]一下,[复]查");
  EXPECT_EQ(met("修复", "修复登录"), "[修复]登录");
  EXPECT_EQ(met("gf", "grüne 🌿 farne"), "[g]rüne 🌿 [f]arne");
  EXPECT_EQ(met("🌿", "grüne 🌿 farne"), "grüne [🌿] farne");
  EXPECT_EQ(met("привет", "Скажи ПРИВЕТ"), "Скажи [ПРИВЕТ]");
}

TEST(Fuzzy, ALongTextIsMetWithinAShortStretch) {
  std::string scattered;
  for (const char c : std::string_view("fern")) scattered += std::string(200, '.') + c;
  EXPECT_EQ(met("fern", scattered), "-");
  const std::string filler(400, '.');
  EXPECT_EQ(met("fern", filler + " f e r n " + filler + "fern"), filler + " f e r n " + filler + "[fern]");
  EXPECT_EQ(met("wtf", filler + " water the fern"), filler + " [w]ater [t]he [f]ern");
  EXPECT_EQ(met("ern", filler + "fern" + filler), filler + "f[ern]" + filler) << "a run may begin within a word";
}

TEST(Fuzzy, MarksWhatIsThere) {
  const FuzzyQuery query("fern moss");
  EXPECT_THAT(query.marks("a fern"), ElementsAre(MatchRange{.offset = 2, .length = 4}));
  EXPECT_THAT(query.marks("ivy"), IsEmpty());
  EXPECT_THAT(FuzzyQuery("ab bc").marks("abc"), ElementsAre(MatchRange{.offset = 0, .length = 3}));
}

SessionEntry session(std::string title, std::string project, std::string prompt, std::string id) {
  SessionEntry entry;
  entry.digest.facts.title = std::move(title);
  entry.project = std::move(project);
  entry.digest.first_prompt = std::move(prompt);
  entry.digest.facts.id = std::move(id);
  return entry;
}

TEST(Fuzzy, ATitleCountsMostThenProjectPromptAndId) {
  const FuzzyQuery query("fe01");
  const auto title = query.score(session("fe01", "x", "x", "x"));
  const auto project = query.score(session("x", "fe01", "x", "x"));
  const auto prompt = query.score(session("x", "x", "fe01", "x"));
  const auto id = query.score(session("x", "x", "x", "fe01"));
  ASSERT_TRUE(title && project && prompt && id);
  EXPECT_GT(*title, *project);
  EXPECT_GT(*project, *prompt);
  EXPECT_GT(*prompt, *id);
  EXPECT_FALSE(query.score(session("x", "x", "x", "f-e-0-1")));
  EXPECT_FALSE(query.score(session("x", "x", "x", "x")));
}

TEST(Fuzzy, EachWordMayBeMetElsewhere) {
  const auto entry = session("Water the fern", "garden", "Please do it at noon", "5d0c6a1e-3b7f");
  EXPECT_TRUE(FuzzyQuery("noon garden fern 6a1e").score(entry));
  EXPECT_FALSE(FuzzyQuery("noon garden moss").score(entry));
}

TEST(Fuzzy, KeepsItsPromisesOnAnything) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same texts every time
  const std::vector<std::string> pieces{"a",    "B",    "ä",        "Ä", "🌿", " ", "/",   "_",
                                        "\xff", "\xc3", "\xe2\x80", "7", "ß",  "İ", "\x1b"};
  const auto text_of = [&](std::size_t most) {
    std::string text;
    for (std::size_t n = random() % (most + 1); n > 0; --n) text += pieces[random() % pieces.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = text_of(i % 10 == 0 ? 600 : 60);
    const FuzzyQuery query(text_of(i % 100 == 0 ? 200 : 8));
    const auto match = query.match(text);
    if (!match) continue;
    std::size_t end = 0;
    bool is_first = true;
    for (const MatchRange& range : match->ranges) {
      ASSERT_TRUE(is_first || range.offset > end);
      ASSERT_GT(range.length, 0U);
      end = range.offset + range.length;
      ASSERT_LE(end, text.size());
      EXPECT_TRUE(is_valid_utf8(std::string_view(text).substr(range.offset, range.length)));
      is_first = false;
    }
    EXPECT_EQ(match->ranges, query.marks(text));
  }
}

TEST(Fuzzy, IsBounded) {
  const std::string huge(1'000'000, 'a');
  EXPECT_TRUE(FuzzyQuery("aaaa").match(huge));
  EXPECT_FALSE(FuzzyQuery("ab").match(huge));
  EXPECT_TRUE(FuzzyQuery(huge).match(huge));
  EXPECT_FALSE(FuzzyQuery(std::string(64, 'a') + " b").match(huge));
}

}  // namespace
}  // namespace panko
