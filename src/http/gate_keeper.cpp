#include "http/gate_keeper.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/random.hpp"
#include "base/result.hpp"

namespace panko {

namespace {

constexpr std::string_view kName = "entry=";
constexpr std::size_t kNumberLength = 27;  // of random_token()
constexpr std::size_t kMostCookies = 4;    // of our name: a browser may have some of other times

void append(std::string& bytes, const Sha256& hash) {
  bytes.append(reinterpret_cast<const char*>(hash.data()), hash.size());
}

std::string_view take_cookie(std::string_view& cookies) {
  const auto end = cookies.find(';');
  auto cookie = cookies.substr(0, end);
  cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
  cookie.remove_prefix(std::min(cookie.find_first_not_of(" \t"), cookie.size()));
  return cookie;
}

}  // namespace

GateKeeper::GateKeeper(Gate gate, std::string_view token) : gate_(std::move(gate)) {
  if (gate_.key.size() != crypto_auth_KEYBYTES) throw Failure("The key of a share's cookies is damaged.");
  append(share_, sha256(token));
  append(share_, sha256(gate_.password_hash));
}

std::string GateKeeper::proof_of(std::string_view number) const {
  const std::string proven = share_ + std::string(number);
  std::array<unsigned char, crypto_auth_BYTES> proof{};
  crypto_auth(proof.data(), reinterpret_cast<const unsigned char*>(proven.data()), proven.size(),
              reinterpret_cast<const unsigned char*>(gate_.key.data()));
  return to_hex(proof);
}

bool GateKeeper::admits(std::string_view cookies) const {
  for (std::size_t tried = 0; !cookies.empty() && tried < kMostCookies;) {
    auto cookie = take_cookie(cookies);
    if (!cookie.starts_with(kName)) continue;
    ++tried;
    cookie.remove_prefix(kName.size());
    if (cookie.size() <= kNumberLength + 1 || cookie[kNumberLength] != '.') continue;
    const auto proof = proof_of(cookie.substr(0, kNumberLength));
    const auto shown = cookie.substr(kNumberLength + 1);
    if (shown.size() == proof.size() && sodium_memcmp(shown.data(), proof.data(), proof.size()) == 0) return true;
  }
  return false;
}

std::string GateKeeper::new_cookie() const {
  const auto number = random_token();
  return fmt::format("Set-Cookie: {}{}.{}; HttpOnly; SameSite=Lax\r\n", kName, number, proof_of(number));
}

bool GateKeeper::take_try(Clock::time_point now) {
  if (time_to_try(now).count() > 0) return false;
  tried_until_ = std::max(tried_until_, now) + kTimePerTry;
  return true;
}

std::chrono::seconds GateKeeper::time_to_try(Clock::time_point now) const {
  const auto left = tried_until_ - now - (kTriesAtOnce - 1) * kTimePerTry;
  return std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(0));
}

}  // namespace panko
