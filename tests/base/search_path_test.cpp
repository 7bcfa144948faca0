#include "base/search_path.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

using test::TempDir;

TEST(FindOnPath, TakesTheFirstFileThatMayBeRun) {
  const TempDir dir;
  const auto put = [&](const std::string& name, std::filesystem::perms mode) {
    std::filesystem::create_directories((dir.path() / name).parent_path());
    std::ofstream(dir.path() / name) << "#!/bin/sh\n";
    std::filesystem::permissions(dir.path() / name, mode);
  };
  using std::filesystem::perms;
  put("a/tool", perms::owner_read);
  put("b/tool", perms::owner_all);
  put("c/tool", perms::owner_all);
  std::filesystem::create_directories(dir.path() / "d/tool");
  const std::string base = dir.path().native();
  EXPECT_EQ(find_on_path(base + "/d:" + base + "/a::relative:" + base + "/b:" + base + "/c", "tool"),
            dir.path() / "b/tool");
  EXPECT_EQ(find_on_path(base + "/a", "tool"), std::nullopt);
  EXPECT_EQ(find_on_path("", "tool"), std::nullopt);
}

}  // namespace
}  // namespace panko
