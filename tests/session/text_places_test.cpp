#include "session/text_places.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TextPlaces places_of(std::string_view text, std::string_view bytes) {
  const TextPattern pattern = value_or_throw(TextPattern::of(text));
  return value_or_throw(PlaceFinder(pattern).find(value_or_throw(Source::from_bytes(bytes))));
}

ByteRange range(std::uint64_t offset, std::size_t length) {
  return {.offset = offset, .length = static_cast<std::uint32_t>(length)};
}

TEST(TextPlaces, AreInTheRecordsThatHaveTheText) {
  const std::string first = "{\"text\":\"a needle\"}";
  const std::string second = "{\"text\":\"hay\"}";
  const TextPlaces places = places_of("needle", first + "\n" + second + "\n" + first + "\n");
  EXPECT_FALSE(places.empty());
  EXPECT_TRUE(places.may_be_in(range(0, first.size())));
  EXPECT_FALSE(places.may_be_in(range(first.size() + 1, second.size())));
  EXPECT_TRUE(places.may_be_in(range(first.size() + second.size() + 2, first.size())));
  EXPECT_FALSE(places.may_be_in({}));
  EXPECT_TRUE(places_of("moss", first).empty());
}

TEST(TextPlaces, AreInEveryRecordOfOneLine) {
  const std::string record = "{\"text\":\"a needle\",\"more\":\"" + std::string(100, 'x') + "\"}";
  const TextPlaces places = places_of("needle", "[" + record + "," + record + "," + record + "]");
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(places.may_be_in(range(1 + i * (record.size() + 1), record.size())));
}

TEST(TextPlaces, AreFoundAcrossTheReadersChunks) {
  for (const std::size_t before : {262'138UL, 262'141UL, 262'144UL, 524'285UL}) {
    const std::string bytes = std::string(before, ' ') + "needle" + std::string(300'000, ' ');
    const TextPlaces places = places_of("needle", bytes);
    ASSERT_EQ(places.ends.size(), 1U) << before;
    EXPECT_EQ(places.ends[0], before + 6);
  }
}

TEST(TextPlaces, AreFewWhereTheTextIsEverywhere) {
  const TextPlaces places = places_of("eee", std::string(1 << 20, 'e'));
  EXPECT_LE(places.ends.size(), (1U << 20) / 64 + 1);
  EXPECT_TRUE(places.may_be_in(range(1000, 500)));
}

TEST(TextPlaces, ATextThatJsonMayWriteInManyWaysIsEverywhere) {
  const TextPlaces places = places_of("\n", "{}");
  EXPECT_TRUE(places.is_everywhere);
  EXPECT_TRUE(places.may_be_in(range(0, 2)));
  EXPECT_FALSE(places.may_be_in({}));
}

}  // namespace
}  // namespace panko
