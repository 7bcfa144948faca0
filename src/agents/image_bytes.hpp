// Images as transcripts hold them: base64 in a JSON string. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agents/agent.hpp"
#include "base/result.hpp"

namespace panko {

constexpr std::uint64_t kLargestImage = 10 << 20;

/// Decoded size of base64, near enough.
[[nodiscard]] inline std::uint64_t decoded_image_size(std::string_view base64) {
  return base64.size() / 4 * 3;
}
/// What stands for an image that is over the limit: "[image not shown: 12.3 MB ...]"
[[nodiscard]] std::string unshown_image_text(std::uint64_t bytes);

/// An error when it is over 10 MiB, damaged, or by its magic bytes no PNG, JPEG, GIF or WebP.
[[nodiscard]] Result<ImageBytes> decode_image(std::string_view base64);

}  // namespace panko
