#include "render/assets.hpp"

#include <algorithm>
#include <cassert>

namespace panko {

const AssetFile& asset_named(std::string_view source) {
  const auto assets = all_assets();
  const auto found = std::ranges::find(assets, source, &AssetFile::source);
  assert(found != assets.end());
  return *found;
}

}  // namespace panko
