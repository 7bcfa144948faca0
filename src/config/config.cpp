#include "config/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/toml.hpp"

namespace panko {

namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels{
    {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warning", LogLevel::warning}, {"error", LogLevel::error}}};

Result<void> apply_provider(const SettingValue& value, Config& config) {
  const auto* name = std::get_if<std::string>(&value);
  if (name == nullptr || !is_bare_key(*name)) return fail("must be the name of a provider, such as \"local\".");
  config.default_provider = *name;
  return {};
}

Result<void> apply_port(const SettingValue& value, Config& config) {
  const auto* port = std::get_if<std::int64_t>(&value);
  if (port == nullptr || *port < 1024 || *port > 65535) return fail("must be a port from 1024 to 65535.");
  config.default_port = static_cast<std::uint16_t>(*port);
  return {};
}

Result<void> apply_expiry(const SettingValue& value, Config& config) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && *text == "never") {
    config.default_expiry.reset();
    return {};
  }
  const auto duration = text == nullptr ? std::nullopt : parse_duration(*text);
  if (!duration || duration->count() == 0)
    return fail("must be a duration such as \"12h\", \"7d\" or \"2w\", or \"never\".");
  config.default_expiry = duration;
  return {};
}

Result<void> apply_max_shares(const SettingValue& value, Config& config) {
  const auto* count = std::get_if<std::int64_t>(&value);
  if (count == nullptr || *count < 1 || *count > 100'000) return fail("must be a number from 1 to 100000.");
  config.max_shares = static_cast<std::uint32_t>(*count);
  return {};
}

Result<void> apply_log_level(const SettingValue& value, Config& config) {
  const auto* name = std::get_if<std::string>(&value);
  const auto* level =
      name == nullptr ? kLevels.end() : std::ranges::find(kLevels, *name, [](const auto& l) { return l.first; });
  if (level == kLevels.end()) return fail("must be \"debug\", \"info\", \"warning\" or \"error\".");
  config.log_level = level->second;
  return {};
}

std::optional<SettingValue> read_provider(const Config& config) {
  return config.default_provider ? std::optional<SettingValue>(*config.default_provider) : std::nullopt;
}
std::optional<SettingValue> read_port(const Config& config) {
  return config.default_port ? std::optional<SettingValue>(std::int64_t{*config.default_port}) : std::nullopt;
}
std::optional<SettingValue> read_expiry(const Config& config) {
  return config.default_expiry ? format_duration(*config.default_expiry) : std::string("never");
}
std::optional<SettingValue> read_max_shares(const Config& config) {
  return std::int64_t{config.max_shares};
}
std::optional<SettingValue> read_log_level(const Config& config) {
  return std::string(std::ranges::find(kLevels, config.log_level, [](const auto& l) { return l.second; })->first);
}

constexpr std::array kRules{
    SettingRule{"default_provider", "the provider of `panko share` without --provider", apply_provider, read_provider},
    SettingRule{"default_port", "the port of the provider `local`", apply_port, read_port},
    SettingRule{"default_expiry", "how long a share lives: 12h, 7d, 2w or never", apply_expiry, read_expiry},
    SettingRule{"max_shares", "how many shares there may be at once", apply_max_shares, read_max_shares},
    SettingRule{"log_level", "what the daemon logs: debug, info, warning or error", apply_log_level, read_log_level}};

/// "FILE, line 3: sentence".
std::unexpected<Error> fail_at(std::string_view name, std::size_t line, std::string_view sentence) {
  return fail(fmt::format("{}, line {}: {}", name, line, clean_line_for_terminal(sentence)));
}

}  // namespace

std::span<const SettingRule> setting_rules() {
  return kRules;
}

Result<const SettingRule*> find_setting_rule(std::string_view key) {
  std::vector<std::string_view> known;
  for (const SettingRule& rule : kRules) {
    if (rule.key == key) return &rule;
    known.push_back(rule.key);
  }
  known.push_back("providers");
  const std::string asked = clean_line_for_terminal(truncate_utf8(key, 100));
  if (const auto meant = nearest(key, known); !meant.empty())
    return fail(fmt::format("There is no setting \"{}\"; did you mean \"{}\"?", asked, meant));
  return fail(fmt::format("There is no setting \"{}\"; there are {} and providers.NAME.KEY.", asked,
                          fmt::join(std::span(known).first(kRules.size()), ", ")));
}

Result<Config> parse_config(std::string_view text, std::string_view name) {
  const auto entries = parse_toml(text);
  if (!entries) return fail(fmt::format("{}{}", name, clean_line_for_terminal(entries.error().message)));
  Config config;
  for (const TomlEntry& entry : *entries) {
    if (entry.path.front() == "providers") {
      if (entry.path.size() == 1 || (entry.path.size() == 2 && entry.value))
        return fail_at(name, entry.line, "a provider's settings are written as [providers.NAME] and KEY = VALUE.");
      auto& settings = config.providers[entry.path[1]];
      if (entry.path.size() == 2) continue;  // an empty table
      if (entry.path.size() > 3 || !entry.value)
        return fail_at(name, entry.line,
                       "a provider's setting is true, false, a whole number, a string or a list of strings.");
      settings[entry.path[2]] = *entry.value;
      continue;
    }
    const auto rule = find_setting_rule(entry.path.front());
    if (!rule) return fail_at(name, entry.line, rule.error().message);
    const auto applied = entry.path.size() == 1 && entry.value
                             ? (*rule)->apply(*entry.value, config)
                             : Result<void>(fail("must be one value: a string or a whole number."));
    if (!applied) return fail_at(name, entry.line, fmt::format("{} {}", (*rule)->key, applied.error().message));
  }
  return config;
}

Result<Config> load_config(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return Config{};
  const auto text = read_file(file, 1 << 20);
  if (!text) return std::unexpected(text.error());
  return parse_config(*text, file.native());
}

std::filesystem::file_time_type config_changed_at(const std::filesystem::path& file) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file, error);
  return error ? std::filesystem::file_time_type::min() : time;
}

}  // namespace panko
