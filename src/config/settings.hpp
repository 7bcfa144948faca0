// config.toml as `panko config` sees it: single settings by key, read and changed in place. A change touches the one
// line of its key; comments and order stay. Keys are those of setting_rules() and providers.NAME.KEY.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"

namespace panko {

struct Setting {
  std::string key;
  std::optional<SettingValue> value;  // nullopt: not set, no default
  bool is_default = false;            // the file does not say it
};

/// Every setting that there is, those of providers behind.
[[nodiscard]] Result<std::vector<Setting>> list_settings(const std::filesystem::path& file);
/// One of them. An unknown key is an error.
[[nodiscard]] Result<Setting> get_setting(const std::filesystem::path& file, std::string_view key);

/// Checks the value, then writes the file atomically; makes it (0600) and its directory (0700) when missing.
[[nodiscard]] Result<void> set_setting(const std::filesystem::path& file, std::string_view key, std::string_view value);
/// false: it was not set.
[[nodiscard]] Result<bool> unset_setting(const std::filesystem::path& file, std::string_view key);

}  // namespace panko
