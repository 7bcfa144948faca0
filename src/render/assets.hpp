// The files of the page (web/), embedded in the program. A name carries the hash of its content, made at build time:
// what a browser has under it never changes. The table is generated, see cmake/assets.cmake.
#pragma once

#include <span>
#include <string_view>

namespace panko {

struct AssetFile {
  std::string_view source;  // "page.css"
  std::string_view name;    // "<hash>.css"
  std::string_view content_type;
  std::string_view bytes;
};

[[nodiscard]] std::span<const AssetFile> all_assets();

/// The asset made of web/`source`, which must be one of ours.
[[nodiscard]] const AssetFile& asset_named(std::string_view source);

}  // namespace panko
