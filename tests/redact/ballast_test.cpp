#include "redact/ballast.hpp"

#include <gtest/gtest.h>

#include <string>

namespace panko {
namespace {

TEST(Ballast, IsKnownByTheNameOfTheMember) {
  for (const char* name : {"signature", "thoughtSignature", "thought_signature", "encrypted_content",
                           "encryptedContent", "reasoning_opaque", "originalFile"})
    EXPECT_TRUE(is_ballast_member(name)) << name;
  for (const char* name : {"sign", "text", "content", "originalFilePath", "data", ""})
    EXPECT_FALSE(is_ballast_member(name)) << name;
}

TEST(Ballast, APictureIsKnownByItsFirstBytes) {
  const std::string rest(40, 'A');
  for (const char* magic : {"iVBORw0KGgo", "/9j/", "R0lGODlh", "R0lGODdh", "UklGRiQAAABXRUJQ"}) {
    const std::string picture = magic + rest;
    EXPECT_TRUE(is_image_base64(picture)) << magic;
    EXPECT_TRUE(is_image_base64("data:image/png;base64," + picture)) << magic;
    EXPECT_FALSE(is_image_base64(picture + " and a text")) << magic;
  }
  for (const char* none : {"", "UklGR", "UklGRiQAAABXQVZF", "data:", "AAAA"})
    EXPECT_FALSE(is_image_base64(none)) << none;
  EXPECT_FALSE(is_image_base64("AAAA" + rest));
  EXPECT_FALSE(is_image_base64("data:image/png,plain"));
}

TEST(Ballast, NothingButBase64) {
  EXPECT_TRUE(is_all_base64("QUJD+/-_=="));
  EXPECT_FALSE(is_all_base64("QUJD QUJD"));
}

}  // namespace
}  // namespace panko
