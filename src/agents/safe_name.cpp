#include "agents/safe_name.hpp"

#include <array>

namespace panko {

namespace {

constexpr auto kSafe = [] {
  std::array<bool, 256> safe{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"))
    safe[static_cast<unsigned char>(c)] = true;
  return safe;
}();

}  // namespace

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.size() > 128) return false;
  bool safe = true;
  for (const char c : name) safe &= kSafe[static_cast<unsigned char>(c)];
  return safe;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace panko
