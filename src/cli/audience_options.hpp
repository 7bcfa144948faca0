// The options that say who sees what of a session, the same for every command that has them. The errors
// are sentences for somebody who mistyped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko::cli {

/// "tools,thinking" as the protocol has it; "none": nothing.
[[nodiscard]] Result<std::vector<std::string>> hidden_parts(std::string_view list);

/// "10" views; "none" is 0, which is as many as come.
[[nodiscard]] Result<std::uint64_t> view_limit(std::string_view text);

/// The password for a share: asked for twice without showing it, or the first line of standard input. nullopt: the
/// question was not answered. Throws Failure when there is none, or nobody to ask.
[[nodiscard]] std::optional<std::string> new_password(bool from_input, bool may_ask);

}  // namespace panko::cli
