#include "edition/download.hpp"

#include <gtest/gtest.h>

#include "tests/edition/session_file.hpp"

namespace panko::test {
namespace {

TEST(Download, ItsNameIsPlainWhateverTheTitleIs) {
  EXPECT_EQ(file_stem_of("Fix the build"), "Fix-the-build");
  EXPECT_EQ(file_stem_of("  a/b\\c: \"d\"\r\nX: y  "), "a-b-c-d-X-y");
  EXPECT_EQ(file_stem_of("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(file_stem_of(".hidden."), "hidden");
  EXPECT_EQ(file_stem_of("v1.2_final"), "v1.2_final");
  EXPECT_EQ(file_stem_of("r\u00e9sum\u00e9 \u202etxt.exe"), "r-sum-txt.exe");
  for (const auto* nothing : {"", "...", "\u65e5\u672c\u8a9e", "\n", "///"})
    EXPECT_EQ(file_stem_of(nothing), "session");
  EXPECT_EQ(file_stem_of(std::string(1000, 'a')).size(), 80U);
}

}  // namespace
}  // namespace panko::test
