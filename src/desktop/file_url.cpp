#include "desktop/file_url.hpp"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

namespace panko {

std::string percent_encode_path(const std::filesystem::path& path) {
  constexpr std::string_view kPlain = "/-._~";
  std::string url;
  for (const char c : path.native()) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || kPlain.contains(c)) {
      url += c;
    } else {
      url += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return url;
}

std::string file_url(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return "file://" + percent_encode_path(error ? path : absolute);
}

}  // namespace panko
