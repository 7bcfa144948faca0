// Compressing answers. Pure; the daemon calls gzip on its worker pool.
#pragma once

#include <string>
#include <string_view>

namespace panko {

/// Whether an Accept-Encoding field lets an answer be gzip: named, or "*", with a weight above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace panko
