#include "cli/terminal.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

/// The text in chunks of `size`, as it arrives on standard output.
std::string written(std::string_view text, std::size_t size, bool is_json) {
  testing::internal::CaptureStdout();
  TextOutput output(is_json);
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size())))
    EXPECT_TRUE(output.write(text.substr(0, size)));
  EXPECT_TRUE(output.finish());
  std::fflush(stdout);
  return testing::internal::GetCapturedStdout();
}

TEST(TextOutput, CleansWhereverAChunkEnds) {
  const std::string text = "Fern – フェルン 🌿\x1b[31m red\r\nnext\rend\xe3\x83";
  for (std::size_t size = 1; size <= text.size(); ++size)
    EXPECT_EQ(written(text, size, false), "Fern – フェルン 🌿␛[31m red\nnext␍end\uFFFD\uFFFD") << size;
}

TEST(TextOutput, EscapesInJson) {
  const std::string text = "{\"a\":\"Fern \xc2\x9b \x7f \xe2\x80\xae 🌿\"}\n";
  for (std::size_t size = 1; size <= text.size(); ++size)
    EXPECT_EQ(written(text, size, true), "{\"a\":\"Fern \\u009b \\u007f \\u202e 🌿\"}\n") << size;
}

TEST(Terminal, NothingThatIsShownDrivesATerminal) {
  std::string all;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) all += {'\x1b', static_cast<char>(first), static_cast<char>(second)};
  for (const char c : shown(all)) EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7f) << static_cast<int>(c);
}

TEST(Terminal, StylesNothingThatIsNotATerminal) {
  EXPECT_EQ(styled(Style::red, "text"), "text");
}

TEST(Terminal, ComplainsInOneCleanLine) {
  testing::internal::CaptureStderr();
  complain("Bad \x1b]0;title\x07.");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "panko: Bad ␛]0;title␇.\n");
}

}  // namespace
}  // namespace panko::cli
