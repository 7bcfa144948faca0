#include "tunnel/provider.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

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
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const auto directory = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!directory.starts_with('/')) continue;  // what lies in the present directory is nobody's choice
    auto file = std::filesystem::path(directory) / name;
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
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
