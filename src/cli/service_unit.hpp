// The systemd user unit that `panko service install` writes, as text. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace panko::cli {

inline constexpr std::string_view kUnitName = "panko.service";

/// `program`: absolute. `environment`: what the daemon is to find there; no secrets, the file may be read by others.
[[nodiscard]] std::string unit_text(const std::filesystem::path& program,
                                    const std::vector<std::pair<std::string, std::string>>& environment);

/// Whether `panko service install` wrote this file: nobody else's is overwritten or removed.
[[nodiscard]] bool is_own_unit(std::string_view text);

}  // namespace panko::cli
