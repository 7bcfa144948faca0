#include "base/program_path.hpp"

#include <sys/stat.h>

namespace panko {

namespace {

constexpr const char* kOwnProgram = "/proc/self/exe";

const std::filesystem::path path_at_start = [] {
  std::error_code error;
  return std::filesystem::read_symlink(kOwnProgram, error);
}();

}  // namespace

const std::filesystem::path& program_path() {
  return path_at_start;
}

bool program_was_replaced() {
  struct stat running{};
  struct stat installed{};
  if (::stat(kOwnProgram, &running) != 0 || ::stat(path_at_start.c_str(), &installed) != 0) return false;
  return running.st_dev != installed.st_dev || running.st_ino != installed.st_ino;
}

}  // namespace panko
