// Which build of panko this is, as Hello and Status tell it.
#pragma once

#include <string_view>

namespace panko::protocol {

[[nodiscard]] std::string_view build_version();

}  // namespace panko::protocol
