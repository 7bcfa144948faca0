// What kind of file system a directory is on. Pure.
#pragma once

#include <cstdint>

namespace panko {

/// By statfs's type. Write-ahead logging needs memory shared between the processes of one machine.
[[nodiscard]] bool is_network_filesystem(std::uint64_t type);

}  // namespace panko
