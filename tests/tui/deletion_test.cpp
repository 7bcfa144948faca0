#include "tui/deletion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace panko::tui {
namespace {

using testing::ElementsAre;

TEST(Deletion, TheFolderOfTheSessionGoesWithIt) {
  const test::TempDir directory;
  const auto session = directory.write("5d0c6a1e.jsonl", "{}\n");
  const auto other = directory.write("77aa.jsonl.zst", "");
  EXPECT_THAT(files_of_session(session), ElementsAre(session));
  directory.write("5d0c6a1e/subagents/agent-1.jsonl", "{}\n");
  directory.write("77aa/tool-results/1.txt", "");
  EXPECT_THAT(files_of_session(session), ElementsAre(session, directory.path() / "5d0c6a1e"));
  EXPECT_THAT(files_of_session(other), ElementsAre(other, directory.path() / "77aa"));
}

TEST(Deletion, NothingElseDoes) {
  const test::TempDir directory;
  const auto elsewhere = directory.write("elsewhere/kept.txt", "");
  const auto linked = directory.write("aa.jsonl", "");
  std::filesystem::create_directory_symlink(elsewhere.parent_path(), directory.path() / "aa");
  EXPECT_THAT(files_of_session(linked), ElementsAre(linked));
  const auto beside = directory.write("bb.jsonl", "");
  directory.write("bb", "a file");
  EXPECT_THAT(files_of_session(beside), ElementsAre(beside));
  const auto bare = directory.write("elsewhere/bare", "");
  EXPECT_THAT(files_of_session(bare), ElementsAre(bare));
  const auto hidden = directory.write(".jsonl", "");
  EXPECT_THAT(files_of_session(hidden), ElementsAre(hidden));
}

}  // namespace
}  // namespace panko::tui
