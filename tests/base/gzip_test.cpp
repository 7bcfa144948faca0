#include "base/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace panko {
namespace {

std::string gunzip(std::string_view bytes, std::size_t size) {
  std::string text(size + 1, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(Gzip, GivesBackWhatWentIn) {
  std::string noise;
  for (unsigned i = 0, value = 1; i < 100000; ++i, value = value * 1664525 + 1013904223) {
    noise += static_cast<char>(value >> 24);
  }
  for (const auto& text : {std::string(), std::string("a"), std::string(1 << 20, 'x'), noise}) {
    EXPECT_EQ(gunzip(gzip(text), text.size()), text);
    EXPECT_EQ(gunzip(gzip(text, GzipLevel::fast), text.size()), text);
  }
  EXPECT_LT(gzip(std::string(1 << 20, 'x')).size(), 4096U);
}

}  // namespace
}  // namespace panko
