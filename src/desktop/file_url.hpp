// "file:///home/me/a%20b": a path as desktop programs want it. Pure but for a relative path's working directory.
#pragma once

#include <filesystem>
#include <string>

namespace panko {

/// The bytes of a path that may stand in a URL as they are stay; all others become %XX.
[[nodiscard]] std::string percent_encode_path(const std::filesystem::path& path);

[[nodiscard]] std::string file_url(const std::filesystem::path& path);

}  // namespace panko
