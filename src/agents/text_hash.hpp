// A fast 64-bit hash of a text for tables of what one session holds. Its seed is random: nobody can write a transcript
// whose ids collide. Not for anything that other programs see.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/random.hpp"

namespace panko {

struct TextHash {
  /// The same in all of a process; another in each. Where hashes are kept, their seed is kept with them.
  [[nodiscard]] static std::uint64_t process_seed() {
    static const std::uint64_t seed =
        std::uint64_t{random_between(0, UINT32_MAX)} << 32 | random_between(0, UINT32_MAX);
    return seed;
  }

  std::uint64_t seed = process_seed();

  [[nodiscard]] std::uint64_t operator()(std::string_view text) const {
    __extension__ using Wide = unsigned __int128;
    const auto mix = [](std::uint64_t a, std::uint64_t b) {
      const Wide product = static_cast<Wide>(a) * b;
      return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    const auto word = [](const char* at, std::size_t length) {
      std::uint64_t value = 0;
      std::memcpy(&value, at, length);
      return value;
    };
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    std::uint64_t hash = seed ^ (text.size() * kOdd);
    for (; text.size() >= 16; text.remove_prefix(16))
      hash = mix(hash ^ word(text.data(), 8), kOdd ^ word(text.data() + 8, 8));
    if (text.size() >= 8) {
      hash = mix(hash ^ word(text.data(), 8), kOdd);
      text.remove_prefix(8);
    }
    return mix(hash ^ (text.empty() ? 0 : word(text.data(), text.size())), kOdd ^ seed);
  }
};

[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) {
  return TextHash{}(text);
}

}  // namespace panko
