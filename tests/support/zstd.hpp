// Bytes as zstd compresses them, in one frame.
#pragma once

#include <zstd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace panko::test {

inline std::string zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd does not compress");
  out.resize(size);
  return out;
}

}  // namespace panko::test
