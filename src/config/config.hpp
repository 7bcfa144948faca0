// config.toml as one struct. Unknown keys are refused with the nearest right one; a missing file is an empty one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"

namespace panko {

using SettingValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// `[providers.NAME]`, handed on unread: each provider knows its own keys.
using ProviderSettings = std::map<std::string, SettingValue, std::less<>>;

struct Config {
  static constexpr std::chrono::seconds kDefaultExpiry = std::chrono::days{7};

  std::optional<std::string> default_provider;
  std::optional<std::uint16_t> default_port;                            // of the gateway of `local`
  std::optional<std::chrono::seconds> default_expiry = kDefaultExpiry;  // nullopt: "never"
  std::uint32_t max_shares = 100;
  LogLevel log_level = LogLevel::info;
  std::map<std::string, ProviderSettings, std::less<>> providers;
};

[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);
/// To know whether it was changed since; the earliest time that there is, where there is no file.
[[nodiscard]] std::filesystem::file_time_type config_changed_at(const std::filesystem::path& file);

/// `name` is the file's, for messages.
[[nodiscard]] Result<Config> parse_config(std::string_view text, std::string_view name);

/// One top-level key: the table of them is what config.toml may hold.
struct SettingRule {
  std::string_view key;
  std::string_view help;
  /// Checks the value and takes it over; the error is a sentence without the key's name in front.
  Result<void> (*apply)(const SettingValue& value, Config& config);
  /// nullopt: not set, and there is no default.
  std::optional<SettingValue> (*read)(const Config& config);
};
[[nodiscard]] std::span<const SettingRule> setting_rules();

/// The rule of a key, or the sentence that names the nearest right one.
[[nodiscard]] Result<const SettingRule*> find_setting_rule(std::string_view key);

}  // namespace panko
