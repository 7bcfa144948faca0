#include "session/outline.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Outline, ABlockTakes72Bytes) {
  EXPECT_LE(sizeof(OutlineBlock), 72u);
}

TEST(Outline, AnchorKeysAreFnv1a) {
  EXPECT_EQ(anchor_key_of(""), 0xcbf29ce484222325u);
  EXPECT_EQ(anchor_key_of("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(anchor_key_of("foobar"), 0x85944171f73967e8u);
}

TEST(Outline, TheProjectIsTheLastFolder) {
  EXPECT_EQ(project_of("/home/dev/panko"), "panko");
  EXPECT_EQ(project_of("/home/dev/panko/"), "panko");
  EXPECT_EQ(project_of("C:\\work\\panko"), "panko");
  EXPECT_EQ(project_of("/"), "/");
  EXPECT_EQ(project_of(""), "");
}

}  // namespace
}  // namespace panko
