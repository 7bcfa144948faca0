#include "base/random.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "base/hex.hpp"

namespace panko {

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

std::string random_token() {
  std::array<std::uint8_t, 20> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // sodium writes the terminating NUL into the string
  return text;
}

std::uint32_t random_between(std::uint32_t low, std::uint32_t high) {
  return low + randombytes_uniform(high - low + 1);
}

Sha256 sha256(std::string_view bytes) {
  Sha256 hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash;
}

std::string to_hex(const Sha256& hash) {
  return hex_digits_of({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

bool equal_in_constant_time(const Sha256& left, const Sha256& right) {
  return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace panko
