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
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    const std::size_t size = text.size();
    const char* at = text.data();
    const char* const end = at + size;
    std::uint64_t hash = seed ^ (size * kOdd);
    for (; end - at > 16; at += 16) hash = mix(hash ^ word<std::uint64_t>(at), kOdd ^ word<std::uint64_t>(at + 8));
    // The last words overlap what lies before them: bytes that are put together one by one are what takes longest.
    if (size >= 16) {
      hash = mix(hash ^ word<std::uint64_t>(end - 16), kOdd ^ word<std::uint64_t>(end - 8));
    } else if (size >= 8) {
      hash = mix(hash ^ word<std::uint64_t>(at), kOdd ^ word<std::uint64_t>(end - 8));
    } else if (size >= 4) {
      hash = mix(hash ^ word<std::uint32_t>(at), kOdd ^ word<std::uint32_t>(end - 4));
    } else {
      for (; at < end; ++at) hash = mix(hash ^ word<std::uint8_t>(at), kOdd);
    }
    return mix(hash, kOdd ^ seed);
  }

 private:
  template <class Word>
  [[nodiscard]] static std::uint64_t word(const char* at) {
    Word value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
};

[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) {
  return TextHash{}(text);
}

}  // namespace panko
