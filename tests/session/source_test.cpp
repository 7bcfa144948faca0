#include "session/source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"
#include "tests/support/zstd.hpp"

namespace panko {
namespace {

TEST(Source, ReadsRanges) {
  const auto source = Source::from_bytes("0123456789");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->size(), 10u);
  EXPECT_EQ(source->read({3, 4}).value(), "3456");
  EXPECT_EQ(source->read({10, 0}).value(), "");
  EXPECT_FALSE(source->read({8, 4}));
}

TEST(Source, IsCutForSnapshots) {
  auto source = Source::from_bytes("0123456789").value();
  source.cut_at(4);
  source.cut_at(8);  // never longer again
  EXPECT_EQ(source.size(), 4u);
  EXPECT_FALSE(source.read({2, 4}));
  char buffer[10];
  EXPECT_EQ(source.read_at(1, buffer).value(), 3u);
  EXPECT_EQ(source.read_at(99, buffer).value(), 0u);
}

TEST(Source, SaysWhatIsWrong) {
  const test::TempDir dir;
  EXPECT_TRUE(Source::open(dir.path() / "none").error().message.starts_with("There is no file "));
  EXPECT_TRUE(Source::open(dir.path()).error().message.ends_with("is a directory, not a session file."));
  const auto fifo = dir.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_TRUE(
      Source::open(fifo).error().message.ends_with("is not a regular file."));  // and does not wait for a writer
  EXPECT_FALSE(identify_file(dir.path()));
}

TEST(Source, AFileThatWasCompressedMeanwhileStandsIn) {
  const test::TempDir dir;
  const auto plain = dir.path() / "s.jsonl";
  const auto compressed = dir.write("s.jsonl.zst", test::zstd("some text\n"));
  EXPECT_EQ(identify_file(plain).value(), identify_file(compressed).value());
  const auto source = Source::open(plain).value();
  EXPECT_EQ(source.identity(), identify_file(compressed).value());
  EXPECT_EQ(source.size(), 10u);
  EXPECT_EQ(source.read({5, 4}).value(), "text");

  // The plain one goes before the other, and takes its place when it is back.
  dir.write("s.jsonl", "plain\n");
  EXPECT_EQ(Source::open(plain)->size(), 6u);
  std::filesystem::remove(compressed);
  EXPECT_EQ(Source::open(compressed)->size(), 6u);
  std::filesystem::remove(plain);
  EXPECT_EQ(Source::open(compressed).error().message, "There is no file " + compressed.native() + ".");
}

TEST(Source, IdentityChangesWithTheBytes) {
  const test::TempDir dir;
  const auto path = dir.write("a", "one");
  const auto before = identify_file(path).value();
  EXPECT_EQ(before, Source::open(path)->identity());
  dir.write("a", "longer");
  EXPECT_NE(before, identify_file(path).value());
}

TEST(Source, SideFilesAreReachedWithoutLinks) {
  const test::TempDir dir;
  dir.write("inside/file.txt", "in");
  dir.write("outside.txt", "out");
  std::filesystem::create_symlink(dir.path() / "outside.txt", dir.path() / "inside/link.txt");
  std::filesystem::create_directory_symlink(dir.path() / "inside", dir.path() / "linked");
  EXPECT_EQ(Source::open_below(dir.path(), "inside/file.txt")->read({0, 2}).value(), "in");
  EXPECT_FALSE(Source::open_below(dir.path(), "inside/link.txt"));
  EXPECT_FALSE(Source::open_below(dir.path(), "linked/file.txt"));
  EXPECT_FALSE(Source::open_below(dir.path() / "inside", "../outside.txt"));
  EXPECT_FALSE(Source::open_below(dir.path(), "/etc/hostname"));
  EXPECT_FALSE(Source::open_below(dir.path() / "none", "file.txt"));
}

}  // namespace
}  // namespace panko
