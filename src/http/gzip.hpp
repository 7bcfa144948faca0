// Whether an answer may be compressed. Pure.
#pragma once

#include <string_view>

namespace panko {

/// Whether an Accept-Encoding field lets an answer be gzip: named, or "*", with a weight above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace panko
