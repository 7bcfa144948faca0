// Compressing bytes. Pure, and slow enough to be kept off a loop: some 100 MB/s at best.
#pragma once

#include <string>
#include <string_view>

namespace panko {

enum class GzipLevel : int { fast = 1, small = 5 };

[[nodiscard]] std::string gzip(std::string_view bytes, GzipLevel level = GzipLevel::small);

}  // namespace panko
