#include "agents/image_bytes.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

constexpr std::string_view kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

TEST(ImageBytes, TheMagicBytesSayTheType) {
  EXPECT_EQ(decode_image(kPng)->media_type, "image/png");
  EXPECT_EQ(decode_image(kPng)->bytes.size(), 70u);
  EXPECT_EQ(decode_image("R0lGODlhAQABAAAAACw=")->media_type, "image/gif");
  EXPECT_EQ(decode_image("/9j/4AAQSkZJRg==")->media_type, "image/jpeg");
  EXPECT_EQ(decode_image("\\/9j\\/4AAQSkZJRg==")->media_type, "image/jpeg");
  EXPECT_EQ(decode_image("UklGRgAAAABXRUJQVlA4")->media_type, "image/webp");
}

TEST(ImageBytes, NothingElseIsAnImage) {
  EXPECT_FALSE(decode_image(""));
  EXPECT_FALSE(decode_image("PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"));  // <svg onload=alert(1)>
  EXPECT_FALSE(decode_image("UklGRgAAAABXQVZF"));              // RIFF, but sound
  EXPECT_FALSE(decode_image("!!!!"));
}

TEST(ImageBytes, TenMebibytesAtMost) {
  std::string large(kPng.substr(0, 16));
  large.resize(14'000'000, 'A');
  EXPECT_FALSE(decode_image(large).has_value() && decode_image(large)->bytes.size() > (10u << 20));
  large.resize(13'000'000);
  EXPECT_TRUE(decode_image(large));
  large.resize(15'000'000, 'A');
  EXPECT_FALSE(decode_image(large));
}

}  // namespace
}  // namespace panko
