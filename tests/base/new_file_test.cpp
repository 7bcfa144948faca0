#include "base/new_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

std::size_t entries_of(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST(NewFile, IsThereOnlyOnceItIsWhole) {
  const test::TempDir dir;
  const fs::path path = dir.path() / "page.html";
  auto file = NewFile::create(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("half "));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(file->write("and half"));
  ASSERT_TRUE(file->put_in_place(NewFile::IfThere::fail));
  EXPECT_EQ(read_file(path).value(), "half and half");
  EXPECT_EQ(entries_of(dir.path()), 1U);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(NewFile, GivenUpLeavesNothing) {
  const test::TempDir dir;
  {
    auto file = NewFile::create(dir.path() / "page.html");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("half"));
  }
  EXPECT_EQ(entries_of(dir.path()), 0U);
}

TEST(NewFile, TakesAPlaceOnlyWhenItMay) {
  const test::TempDir dir;
  const fs::path path = dir.path() / "page.html";
  std::ofstream(path) << "old";
  {
    auto file = NewFile::create(path);
    ASSERT_TRUE(file);
    const auto refused = file->put_in_place(NewFile::IfThere::fail);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.contains("File exists")) << refused.error().message;
  }
  EXPECT_EQ(read_file(path).value(), "old");
  auto file = NewFile::create(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("new"));
  ASSERT_TRUE(file->put_in_place(NewFile::IfThere::replace));
  EXPECT_EQ(read_file(path).value(), "new");
  EXPECT_EQ(entries_of(dir.path()), 1U);
}

TEST(NewFile, SaysWhatIsWrong) {
  const auto file = NewFile::create("/nowhere/at/all/page.html");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "Cannot write /nowhere/at/all/page.html: No such file or directory");
}

}  // namespace
}  // namespace panko
