#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cctype>

namespace panko {
namespace {

TEST(Text, MalformedUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(to_valid_utf8("na\xC3\xAFve"), "naïve");
  EXPECT_EQ(to_valid_utf8("a\xFF"
                          "b"),
            "a\uFFFDb");
  EXPECT_EQ(to_valid_utf8("cut \xE6\x97"), "cut \uFFFD\uFFFD");
  EXPECT_TRUE(is_valid_utf8(to_valid_utf8("\xED\xA0\x80 \xF4\x90\x80\x80 \xC0\x80")));
}

// Every escape followed by any two bytes: nothing that a terminal obeys may come out.
TEST(Text, NothingDrivesATerminal) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string hostile = {'\x1b', static_cast<char>(first), static_cast<char>(second)};
      const std::string cleaned = clean_line_for_terminal(hostile);
      ASSERT_TRUE(is_valid_utf8(cleaned));
      for (std::size_t i = 0; i < cleaned.size(); ++i) {
        const auto byte = static_cast<unsigned char>(cleaned[i]);
        ASSERT_TRUE(byte >= 0x20 && byte != 0x7F) << first << ' ' << second;
        const bool is_c1 = byte == 0xC2 && i + 1 < cleaned.size() && static_cast<unsigned char>(cleaned[i + 1]) < 0xA0;
        ASSERT_FALSE(is_c1) << first << ' ' << second;
      }
    }
  }
}

TEST(Text, ControlsAndInvisibleCharactersBecomeVisible) {
  EXPECT_EQ(clean_line_for_terminal("a\x1b[31mb"), "a␛[31mb");
  EXPECT_EQ(clean_line_for_terminal("one\ntwo\tthree\r\n"), "one two three ");
  EXPECT_EQ(clean_for_terminal("one\r\ntwo\rthree"), "one\ntwo␍three");
  EXPECT_EQ(clean_line_for_terminal("\u202Egnp.exe"), "<U+202E>gnp.exe");
  EXPECT_EQ(clean_line_for_terminal("\u009B2J"), "<U+009B>2J");
  EXPECT_EQ(clean_line_for_terminal(std::string_view("\0", 1)), "␀");
}

TEST(Text, WidthAndEliding) {
  EXPECT_EQ(terminal_width("abc"), 3U);
  EXPECT_EQ(terminal_width("日本"), 4U);
  EXPECT_EQ(terminal_width("e\u0301"), 1U);
  EXPECT_EQ(elide("hello", 5), "hello");
  EXPECT_EQ(elide("hello!", 5), "hell…");
  EXPECT_EQ(elide("日本語", 4), "日…");
  EXPECT_EQ(elide("abc", 0), "");
}

TEST(Text, TruncatesBetweenCharacters) {
  EXPECT_EQ(truncate_utf8("naïve", 3), "na");
  EXPECT_EQ(truncate_utf8("naïve", 4), "naï");
  EXPECT_EQ(truncate_utf8("abc", 10), "abc");
}

TEST(Text, SqueezesWhiteSpace) {
  EXPECT_EQ(squeeze_white_space("  a \n\t b  "), "a b");
  EXPECT_EQ(squeeze_white_space(" \f\v\r "), "");
  EXPECT_EQ(squeeze_white_space(""), "");
}

TEST(Text, SqueezesNoMoreThanIsAskedFor) {
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 0), "");
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 1), "a");
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 3), "ab");
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 4), "ab c");
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 8), "ab cd ef");
  EXPECT_EQ(squeeze_white_space(" ab  cd  ef ", 99), "ab cd ef");
}

TEST(TerminalSequences, AreTakenOut) {
  EXPECT_EQ(strip_terminal_sequences("\x1b[1;31mred\x1b[0m \x1b[2K\x1b[?25lx"), "red x");
  EXPECT_EQ(strip_terminal_sequences("a\x1b]0;title\x07"
                                     "b\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"),
            "ablink");
  EXPECT_EQ(strip_terminal_sequences("\x1b(Ba\x1b=b\x1b"
                                     "7c"),
            "abc");
}

TEST(TerminalSequences, NothingHidesBehindOneThatDoesNotEnd) {
  EXPECT_EQ(strip_terminal_sequences("a\x1b]0;hidden\nshown"), "a0;hidden\nshown");
  EXPECT_EQ(strip_terminal_sequences("a\x1bPhidden"), "ahidden");
  EXPECT_EQ(strip_terminal_sequences("a\x1b[12"), "a12");
  EXPECT_EQ(strip_terminal_sequences("a\x1b"), "a");
  // A character of several bytes ends a sequence that it cannot belong to, and stays whole.
  EXPECT_EQ(strip_terminal_sequences("a\x1b[2é"), "a2é");
  const std::string endless = "\x1b]" + std::string(100000, 'x');
  EXPECT_EQ(strip_terminal_sequences(endless).size(), 100000U);
}

}  // namespace
}  // namespace panko
