// A provider's own section of config.toml, read by its own table of keys. Pure but for the files of secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "tunnel/provider.hpp"

namespace panko {

/// The error names the key, and the nearest right one. `port` (a whole number from 1024 to 65535: where the gateway
/// listens) is a key of every provider with a tunnel.
[[nodiscard]] Result<void> check_settings(const Provider& provider, const ProviderSettings& settings);

/// check_settings, then Provider::missing.
[[nodiscard]] std::optional<Obstacle> obstacle_of(const Provider& provider, const ProviderSettings& settings);

/// What no single command mends.
[[nodiscard]] std::optional<Obstacle> bad_setting(std::string sentence);

/// The sentence, and the command that mends it where the sentence does not name it.
[[nodiscard]] std::string in_words(const Obstacle& obstacle);

// The value of a key; empty or nullopt when it is not set. For settings that check_settings accepted.
[[nodiscard]] std::string text_setting(const ProviderSettings& settings, std::string_view key);
[[nodiscard]] std::vector<std::string> list_setting(const ProviderSettings& settings, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> number_setting(const ProviderSettings& settings, std::string_view key);
[[nodiscard]] bool flag_setting(const ProviderSettings& settings, std::string_view key);

/// "~/x" in the home directory; any other path as it is.
[[nodiscard]] std::string expand_home(const std::string& path);

/// Whether it is a file that we can read and nobody else: own, a regular file, no rights for others. "~/" is the home
/// directory. The sentence names the file, never what is in it.
[[nodiscard]] Result<void> check_secret_file(const std::string& path);

/// The one line of such a file.
[[nodiscard]] Result<std::string> read_secret(const std::string& path);

/// The lines NAME=value of such a file, for an environment. Empty ones and those that begin with # do not count.
[[nodiscard]] Result<std::vector<std::string>> read_secret_variables(const std::string& path);

}  // namespace panko
