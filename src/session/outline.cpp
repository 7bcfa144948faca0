#include "session/outline.hpp"

namespace panko {

std::uint64_t anchor_key_of(std::string_view anchor) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : anchor) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

Usage& Usage::operator+=(const Usage& other) {
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  cache_read_tokens += other.cache_read_tokens;
  cache_write_tokens += other.cache_write_tokens;
  return *this;
}

std::string project_of(std::string_view cwd) {
  while (cwd.size() > 1 && (cwd.back() == '/' || cwd.back() == '\\')) cwd.remove_suffix(1);
  // Sessions recorded on Windows are read here as well.
  const auto slash = cwd.find_last_of("/\\");
  if (slash == std::string_view::npos || slash + 1 == cwd.size()) return std::string(cwd);
  return std::string(cwd.substr(slash + 1));
}

}  // namespace panko
