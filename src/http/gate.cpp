#include "http/gate.hpp"

#include <sodium.h>

#include <array>

#include "base/result.hpp"

namespace panko {

namespace {

// Two checks at once stay below 100 MB, and a guess costs whoever has the hash as much as us.
constexpr std::size_t kMemory = std::size_t{32} << 20;
constexpr unsigned long long kPasses = 12;  // some 100 ms

/// Without it libsodium takes slower ways that work everywhere.
void prepare_sodium() {
  if (sodium_init() < 0) throw Failure("This machine gives no random bytes, so no password can be kept. Restart it.");
}

}  // namespace

std::string hash_password(const std::string& password) {
  prepare_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), kPasses, kMemory) != 0)
    throw Failure("There is too little memory free to hash a password. Try again later.");
  return hash.data();
}

bool is_password(const std::string& hash, const std::string& password) {
  prepare_sodium();
  return !hash.empty() && crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace panko
