#include "agents/text_hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace panko {
namespace {

TEST(TextHash, EveryByteAndTheLengthCount) {
  const TextHash hash{.seed = 1};
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (std::size_t size = 0; size <= 70; ++size) {
    std::vector<char> text(size, 'a');  // of its own size: nothing behind it may be read
    const auto add = [&] {
      seen.insert(hash({text.data(), size}));
      ++texts;
    };
    add();
    for (char& c : text) {
      for (const char other : {'b', '\0', '\xff'}) {
        c = other;
        add();
      }
      c = 'a';
    }
  }
  EXPECT_EQ(seen.size(), texts);
}

TEST(TextHash, DependsOnItsSeed) {
  for (const char* text : {"", "a", "abcd", "abcdefgh", "abcdefghijklmnopq"}) {
    EXPECT_EQ(TextHash{.seed = 1}(text), TextHash{.seed = 1}(text));
    EXPECT_NE(TextHash{.seed = 1}(text), TextHash{.seed = 2}(text)) << text;
  }
}

}  // namespace
}  // namespace panko
