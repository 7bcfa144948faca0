// Which provider a share goes through when the user named none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"

namespace panko::cli {

/// The provider for `panko share` without --provider: the configured one, else what the user chooses of those that are
/// available, else `local`. A public one is never taken unasked. nullopt: the choice was aborted.
[[nodiscard]] std::optional<std::string> choose_provider(const std::vector<protocol::ProviderInfo>& providers,
                                                         const std::optional<std::string>& configured, bool may_ask);

}  // namespace panko::cli
