#include "session/zstd_file.hpp"

#include <gtest/gtest.h>

#include "session/source.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/zstd.hpp"

namespace panko {
namespace {

std::string lines_of(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "{\"line\":" + std::to_string(i * 7919) + "}\n";
  return text;
}

std::string read_whole(const Source& source) {
  return source.read({0, static_cast<std::uint32_t>(source.size())}).value();
}

class ZstdFile : public testing::Test {
 protected:
  Result<Source> open(std::string_view bytes) { return Source::open(dir_.write("s.jsonl.zst", bytes)); }
  test::TempDir dir_;
};

TEST_F(ZstdFile, IsReadAsItsText) {
  const std::string text = lines_of(50'000);  // more than one buffer of zstd's
  EXPECT_EQ(read_whole(open(test::zstd(text)).value()), text);
  // Under any name, and in several frames.
  EXPECT_EQ(read_whole(Source::open(dir_.write("x.jsonl", test::zstd("one\n") + test::zstd("two\n"))).value()),
            "one\ntwo\n");
  EXPECT_EQ(read_whole(open("not compressed").value()), "not compressed");
  // Nothing is left beside it.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 2u);
}

TEST_F(ZstdFile, WhatIsThereOfADamagedOneIsRead) {
  const std::string text = lines_of(200'000);
  const std::string whole = test::zstd(text);
  const std::string part = read_whole(open(whole.substr(0, whole.size() / 2)).value());
  EXPECT_TRUE(part.size() > 10'000 && part.size() < text.size());
  EXPECT_TRUE(text.starts_with(part));
  EXPECT_EQ(read_whole(open(test::zstd("one\n") + "\x28\xB5\x2F\xFD and then nothing of the kind").value()), "one\n");
  const auto none = open("\x28\xB5\x2F\xFD and then nothing of the kind");
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().message.ends_with("is damaged: zstd cannot decompress it."));
}

TEST_F(ZstdFile, ABombIsRefused) {
  const auto bomb = open(test::zstd(std::string(80 << 20, '\0')));
  ASSERT_FALSE(bomb);
  EXPECT_TRUE(bomb.error().message.ends_with("it would take more than a thousand times its size."));
}

}  // namespace
}  // namespace panko
