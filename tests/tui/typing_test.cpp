#include "tui/typing.hpp"

#include <gtest/gtest.h>

#include "tests/tui/sample.hpp"

namespace panko::tui {
namespace {

KeyPress key(char32_t character) {
  return {.character = character};
}

TEST(Typing, CharactersOfAnyLengthComeAndGo) {
  std::string line;
  for (const char32_t character : {U'a', U'é', U'植', U'🌿'}) EXPECT_TRUE(type_into(line, key(character), 100));
  EXPECT_EQ(line, "aé植🌿");
  EXPECT_TRUE(type_into(line, {.key = Key::backspace}, 100));
  EXPECT_TRUE(type_into(line, test::control('h'), 100));
  EXPECT_EQ(line, "aé");
  EXPECT_TRUE(type_into(line, test::control('u'), 100));
  EXPECT_EQ(line, "");
  EXPECT_TRUE(type_into(line, {.key = Key::backspace}, 100));
}

TEST(Typing, AWordIsErased) {
  std::string line = "one two  ";
  EXPECT_TRUE(type_into(line, test::control('w'), 100));
  EXPECT_EQ(line, "one ");
}

TEST(Typing, OtherKeysDoNothing) {
  std::string line = "one";
  EXPECT_FALSE(type_into(line, test::control('x'), 100));
  EXPECT_FALSE(type_into(line, {.character = 'a', .alt = true}, 100));
  EXPECT_FALSE(type_into(line, {.key = Key::enter}, 100));
  EXPECT_EQ(line, "one");
}

TEST(Typing, NeverLongerAndNeverHalfACharacter) {
  std::string line = "abc";
  EXPECT_TRUE(type_into(line, key(U'植'), 5));
  EXPECT_EQ(line, "abc");
  append(line, "dé", 5);
  EXPECT_EQ(line, "abcd");
}

}  // namespace
}  // namespace panko::tui
