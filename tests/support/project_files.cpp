// The only source that knows where the project lies: objects of all others are the same in every checkout of it.
#include "tests/support/project_files.hpp"

#include <cstdlib>

namespace panko::test {

std::filesystem::path project_file(std::string_view path) {
  return std::filesystem::path(PANKO_SOURCE_DIR) / path;
}

std::filesystem::path corpus() {
  const char* const named = std::getenv("PANKO_CORPUS");
  return named != nullptr ? std::filesystem::path(named) : project_file("../shared/fixtures/sessions");
}

}  // namespace panko::test
