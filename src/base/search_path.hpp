// Where programs are found: what PATH means, this process's or another's. Thread-safe as long as nobody sets PATH.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace panko {

/// The file that `name` means on a search path; nullopt: none that may be run.
[[nodiscard]] std::optional<std::filesystem::path> find_on_path(std::string_view search_path, std::string_view name);

/// This process's PATH; empty when it has none.
[[nodiscard]] std::string own_search_path();

}  // namespace panko
