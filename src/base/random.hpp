// Random values from the kernel, and the hashes that go with them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace panko {

/// A version 4 UUID in lower case.
[[nodiscard]] std::string random_uuid();

/// 160 random bits in base64url: 27 characters, safe in a path.
[[nodiscard]] std::string random_token();

/// Uniform in [low, high].
[[nodiscard]] std::uint32_t random_between(std::uint32_t low, std::uint32_t high);

using Sha256 = std::array<std::uint8_t, 32>;
[[nodiscard]] Sha256 sha256(std::string_view bytes);
[[nodiscard]] std::string to_hex(const Sha256& hash);

/// Takes as long for equal as for different values.
[[nodiscard]] bool equal_in_constant_time(const Sha256& left, const Sha256& right);

}  // namespace panko
