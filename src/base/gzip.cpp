#include "base/gzip.hpp"

#include <zlib.h>

#include <new>

namespace panko {

namespace {

constexpr int kGzipWindow = 15 + 16;  // + 16: a gzip header, not a zlib one
constexpr int kMemoryLevel = 8;

}  // namespace

std::string gzip(std::string_view bytes, GzipLevel level) {
  z_stream stream{};
  if (deflateInit2(&stream, static_cast<int>(level), Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  // zlib reads through a pointer to non-const, and writes nothing there.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  deflate(&stream, Z_FINISH);  // one call is enough: the output is as large as the bound
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  compressed.shrink_to_fit();
  return compressed;
}

}  // namespace panko
