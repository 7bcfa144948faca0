#include "desktop/trash.hpp"

#include <unistd.h>

#include <vector>

#include "fixture.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

class TrashTest : public DesktopFixture {
 protected:
  fs::path make(const fs::path& path, const std::string& text) const {
    fs::create_directories((home / path).parent_path());
    std::ofstream(home / path) << text;
    return home / path;
  }
  static Result<fs::path> trash(std::vector<fs::path> paths) { return move_to_trash(paths); }

  fs::path can = home / ".local/share/Trash";
};

TEST_F(TrashTest, MovesFilesAsTheSpecificationSays) {
  const auto file = make("work/a b%.jsonl", "one");
  const auto side = make("work/a b%/sub.jsonl", "two").parent_path();
  const auto taken = trash({file, side});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(*taken, can);
  EXPECT_FALSE(fs::exists(file));
  EXPECT_FALSE(fs::exists(side));
  EXPECT_EQ(content(".local/share/Trash/files/a b%.jsonl"), "one");
  EXPECT_EQ(content(".local/share/Trash/files/a b%/sub.jsonl"), "two");
  EXPECT_THAT(content(".local/share/Trash/info/a b%.jsonl.trashinfo"),
              MatchesRegex("\\[Trash Info\\]\nPath=" + fs::canonical(home).string() +
                           "/work/a%20b%25.jsonl\nDeletionDate=20..-..-..T..:..:..\n"));
  EXPECT_TRUE(fs::exists(can / "info/a b%.trashinfo"));
  EXPECT_EQ(fs::status(can).permissions(), fs::perms::owner_all);
}

TEST_F(TrashTest, OverwritesNothing) {
  set("XDG_DATA_HOME", (home / "data").string());
  fs::create_directories(home / "data/Trash/files");
  std::ofstream(home / "data/Trash/files/a.jsonl.2") << "somebody else's, without an info";
  for (const char* text : {"first", "second", "third"}) EXPECT_TRUE(trash({make("a.jsonl", text)}));
  EXPECT_EQ(content("data/Trash/files/a.jsonl"), "first");
  EXPECT_EQ(content("data/Trash/files/a.jsonl.2"), "somebody else's, without an info");
  EXPECT_EQ(content("data/Trash/files/a.jsonl.3"), "second");
  EXPECT_EQ(content("data/Trash/files/a.jsonl.4"), "third");
  EXPECT_FALSE(fs::exists(home / "data/Trash/info/a.jsonl.2.trashinfo"));
}

TEST_F(TrashTest, BringsBackWhatWentWhenTheNextCannot) {
  const auto file = make("a.jsonl", "one");
  const auto gone = trash({file, home / "a"});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message,
            "Cannot move " + (fs::canonical(home) / "a").string() + " to the trash: No such file or directory.");
  EXPECT_EQ(content("a.jsonl"), "one");
  EXPECT_TRUE(fs::is_empty(can / "files"));
  EXPECT_TRUE(fs::is_empty(can / "info"));
}

TEST_F(TrashTest, TakesALinkAndNotWhatItLeadsTo) {
  const auto file = make("a.jsonl", "one");
  fs::create_symlink(file, home / "link.jsonl");
  EXPECT_TRUE(trash({home / "link.jsonl"}));
  EXPECT_EQ(content("a.jsonl"), "one");
  EXPECT_TRUE(fs::is_symlink(can / "files/link.jsonl"));
}

TEST_F(TrashTest, SaysWhenThereIsNoTrash) {
  const auto file = make("a.jsonl", "one");
  std::ofstream(home / ".local") << "in the way";
  EXPECT_THAT(trash({file}).error().message, HasSubstr("There is no trash"));
  set("HOME", std::nullopt);
  EXPECT_THAT(trash({file}).error().message, HasSubstr("set HOME"));
  EXPECT_EQ(content("a.jsonl"), "one");
  EXPECT_FALSE(trash({}));
}

/// A directory on another file system than the home of the test.
class TrashElsewhere : public TrashTest {
 public:
  ~TrashElsewhere() override {
    if (elsewhere.empty()) return;
    fs::remove_all(elsewhere);
    fs::remove_all(top_trash);
  }

 protected:
  TrashElsewhere() {
    struct stat here{};
    struct stat there{};
    auto pattern = std::string("/dev/shm/panko-trash-XXXXXX");
    if (::stat(home.c_str(), &here) != 0 || ::stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev) return;
    if (fs::exists(top_trash) || ::mkdtemp(pattern.data()) == nullptr) return;
    elsewhere = pattern;
  }
  [[nodiscard]] fs::path make_elsewhere() const {
    std::ofstream(elsewhere / "a b.jsonl") << "one";
    return elsewhere / "a b.jsonl";
  }

  fs::path top_trash = "/dev/shm/.Trash-" + std::to_string(::geteuid());
  fs::path elsewhere;
};

TEST_F(TrashElsewhere, UsesTheTrashOfTheFileSystem) {
  if (elsewhere.empty()) GTEST_SKIP() << "there is no second file system here";
  const auto taken = trash({make_elsewhere()});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(*taken, top_trash);
  EXPECT_EQ(read_file(top_trash / "files/a b.jsonl").value_or(""), "one");
  EXPECT_THAT(read_file(top_trash / "info/a b.jsonl.trashinfo").value_or(""),
              HasSubstr("\nPath=" + elsewhere.filename().string() + "/a%20b.jsonl\n"));
}

TEST_F(TrashElsewhere, SaysWhenThatCannotBe) {
  if (elsewhere.empty()) GTEST_SKIP() << "there is no second file system here";
  std::ofstream(top_trash) << "in the way";
  const auto file = make_elsewhere();
  const auto taken = trash({make("first.jsonl", "one"), file});
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, HasSubstr("no trash can be made in /dev/shm"));
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(content("first.jsonl"), "one");
}

}  // namespace
}  // namespace panko
