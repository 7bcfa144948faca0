// Files that tests read: the project's own, and a large set of real sessions, where there is one.
#pragma once

#include <filesystem>
#include <string_view>

namespace panko::test {

/// `path`: from the project's root on.
[[nodiscard]] std::filesystem::path project_file(std::string_view path);

/// What PANKO_CORPUS names, else shared/fixtures/sessions beside the project. Need not be there.
[[nodiscard]] std::filesystem::path corpus();

}  // namespace panko::test
