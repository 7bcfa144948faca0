// Images as transcripts hold them: base64 in a JSON string. Pure.
#pragma once

#include <string_view>

#include "agents/agent.hpp"
#include "base/result.hpp"

namespace panko {

/// An error when it is over 10 MiB, damaged, or by its magic bytes no PNG, JPEG, GIF or WebP.
[[nodiscard]] Result<ImageBytes> decode_image(std::string_view base64);

}  // namespace panko
