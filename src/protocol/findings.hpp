// What a scan found, in the words that all clients have for it. Foreign text, not cleaned for a terminal. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"

namespace panko::protocol {

/// "github-token #3" of "[redacted: github-token #3]"; what is no such marker stays as it is.
[[nodiscard]] std::string_view name_in_marker(std::string_view marker);
/// The same of a finding; of one that has another marker, as a home directory, its kind.
[[nodiscard]] std::string_view finding_name(const FindingInfo& finding);
/// "12 secrets and 30 personal values", "1 secret"; empty: none of either.
[[nodiscard]] std::string masked_values(std::uint64_t secrets, std::uint64_t personal);

}  // namespace panko::protocol
