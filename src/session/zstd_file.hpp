// Files that an agent compressed with zstd: decompressed into an anonymous file, whose bytes have stable offsets.
// May be called from any thread; blocks while it decompresses.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

/// Whether the file begins as zstd's frames do.
[[nodiscard]] bool is_zstd_file(int fd);

struct Spooled {
  Fd fd;
  std::uint64_t size = 0;
};

/// What is damaged or cut off is left out. Errors: nothing could be read, it is too large, or there is no room for it.
/// The anonymous file lies in the directory of `path`, where the same bytes lie already; else in memory.
[[nodiscard]] Result<Spooled> decompress_zstd_file(int fd, const std::filesystem::path& path);

}  // namespace panko
