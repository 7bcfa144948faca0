#include "tunnel/provider.hpp"

#include <array>

#include "base/search_path.hpp"
#include "tunnel/providers/providers.hpp"

namespace panko {

std::span<const Provider* const> all_providers() {
  static constexpr std::array kProviders{&kLocalProvider,        &kCloudflareProvider, &kNgrokProvider,
                                         &kTailscaleProvider,    &kSshProvider,        &kCommandProvider,
                                         &kLocalhostRunProvider, &kServeoProvider,     &kPinggyProvider};
  return kProviders;
}

const Provider* find_provider(std::string_view name) {
  for (const auto* provider : all_providers()) {
    if (provider->name == name) return provider;
  }
  return nullptr;
}

std::optional<std::filesystem::path> find_program(std::string_view name) {
  return find_on_path(own_search_path(), name);
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  if (url.starts_with('[')) return std::string(url.substr(0, url.find(']') + 1));
  return std::string(url.substr(0, url.find(':')));
}

}  // namespace panko
