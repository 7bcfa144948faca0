#include "http/gzip.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Gzip, IsTakenWhenItsWeightIsAboveZero) {
  for (const auto* field : {"gzip", "GZIP", "x-gzip", "deflate, gzip", "gzip;q=1", "gzip; q=0.001", "gzip ;Q=0.5", "*",
                            "br;q=1.0, *;q=0.1", "identity;q=0, gzip", "gzip, deflate, br, zstd"}) {
    EXPECT_TRUE(accepts_gzip(field)) << field;
  }
  for (const auto* field : {"", " ", ",", ";", "identity", "br", "gzip;q=0", "gzip; q=0.0", "gzip;q=0.000", "*;q=0",
                            "gzip;q=0, *", "*, gzip;q=0", "gzipped", "gzi", "br;gzip"}) {
    EXPECT_FALSE(accepts_gzip(field)) << field;
  }
}

}  // namespace
}  // namespace panko
