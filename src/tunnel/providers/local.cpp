#include "tunnel/providers/providers.hpp"

namespace panko {

const Provider kLocalProvider{
    .name = "local",
    .description = "this machine only: no tunnel, always works",
    .missing = [](const ProviderSettings&) { return std::optional<Obstacle>(); },
    .traits =
        [](const ProviderSettings&) {
          return ProviderTraits{.is_public = false, .stable_url = true, .audience = "this machine", .limits = {}};
        },
    .origin_hosts = [](const ProviderSettings&, std::string_view) { return std::vector<std::string>(); },
};

}  // namespace panko
