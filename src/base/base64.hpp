// Base64 with padding, as in RFC 4648. Pure.
#pragma once

#include <string>
#include <string_view>

namespace panko {

[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace panko
