#include "base/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "panko-files-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  static mode_t mode_of(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }

  fs::path root_;
};

TEST_F(Files, WritesAtomicallyAndPrivately) {
  const fs::path file = root_ / "file";
  ASSERT_TRUE(write_file_atomically(file, "one"));
  ASSERT_TRUE(write_file_atomically(file, "two"));
  EXPECT_EQ(read_file(file).value(), "two");
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1) << "a temporary file was left";
}

TEST_F(Files, ReplacesALinkInsteadOfWritingThroughIt) {
  ASSERT_TRUE(write_file_atomically(root_ / "target", "theirs"));
  fs::create_symlink(root_ / "target", root_ / "link");
  ASSERT_TRUE(write_file_atomically(root_ / "link", "ours"));
  EXPECT_EQ(read_file(root_ / "target").value(), "theirs");
  EXPECT_EQ(read_file(root_ / "link").value(), "ours");
}

TEST_F(Files, SaysWhichFileIsMissingOrTooLarge) {
  EXPECT_THAT(read_file(root_ / "none").error().message, HasSubstr((root_ / "none").native()));
  ASSERT_TRUE(write_file_atomically(root_ / "large", std::string(100, 'x')));
  EXPECT_FALSE(read_file(root_ / "large", 99));
  EXPECT_TRUE(read_file(root_ / "large", 100));
}

TEST_F(Files, MakesPrivateDirectories) {
  ASSERT_TRUE(ensure_private_directory(root_ / "a" / "b"));
  EXPECT_EQ(mode_of(root_ / "a" / "b"), 0700U);
  EXPECT_TRUE(ensure_private_directory(root_ / "a" / "b"));
}

TEST_F(Files, RefusesDirectoriesThatOthersCanUse) {
  fs::create_directory(root_ / "open");
  fs::permissions(root_ / "open", fs::perms(0750));
  EXPECT_THAT(ensure_private_directory(root_ / "open").error().message, HasSubstr("chmod 700"));
  ASSERT_TRUE(ensure_private_directory(root_ / "mine"));
  fs::create_directory_symlink(root_ / "mine", root_ / "link");
  EXPECT_FALSE(ensure_private_directory(root_ / "link"));
  ASSERT_TRUE(write_file_atomically(root_ / "file", ""));
  EXPECT_FALSE(ensure_private_directory(root_ / "file"));
}

// mkdir says ENOENT there although the parent is there: trying again never ended.
TEST_F(Files, SaysWhereNoDirectoryCanBeMade) {
  EXPECT_THAT(ensure_private_directory("/proc/panko").error().message, HasSubstr("/proc/panko"));
}

}  // namespace
}  // namespace panko
