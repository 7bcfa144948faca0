#include "desktop/file_url.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace panko {
namespace {

TEST(FileUrl, EncodesWhatAUrlCannotHold) {
  EXPECT_EQ(file_url("/home/me/a-b_c.d~e"), "file:///home/me/a-b_c.d~e");
  EXPECT_EQ(file_url("/a b/'\"%,;?#\n"), "file:///a%20b/%27%22%25%2C%3B%3F%23%0A");
  EXPECT_EQ(file_url("/\xC3\xA9\xFF"), "file:///%C3%A9%FF");
}

TEST(FileUrl, IsAbsolute) {
  EXPECT_EQ(file_url("x"), file_url(std::filesystem::current_path() / "x"));
}

}  // namespace
}  // namespace panko
