// panko config: config.toml from the command line.
#include "config/config.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "config/settings.hpp"
#include "config/toml.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string key;
  std::string value;
};

int show() {
  const auto file = places().config_file;
  const auto settings = value_or_throw(list_settings(file));
  print_line("# " + shown(file.native()));
  for (const Setting& setting : settings) {
    if (!setting.value)
      print_line(fmt::format("# {} is not set", setting.key));
    else
      print_line(fmt::format("{} = {}{}", shown(setting.key), shown(to_toml(*setting.value)),
                             setting.is_default ? "  # default" : ""));
  }
  return 0;
}

int get(const std::string& key) {
  const Setting setting = value_or_throw(get_setting(places().config_file, key));
  if (!setting.value) throw Failure(fmt::format("{} is not set.", shown(key)));
  const auto* text = std::get_if<std::string>(&*setting.value);
  print_line(shown(text != nullptr ? *text : to_toml(*setting.value)));
  return 0;
}

/// What the daemon reads when it starts stays as it was until then; a provider's section it reads before each share.
void mention_daemon(const Places& where, std::string_view key) {
  if (key != "default_provider" && !key.starts_with("providers.") && DaemonClient::connect(where))
    note("The running daemon takes it over when it starts the next time, or now by: panko serve --restart");
}

int set(const Options& options) {
  const Places where = places();
  value_or_throw(set_setting(where.config_file, options.key, options.value));
  mention_daemon(where, options.key);
  return 0;
}

int unset(const std::string& key) {
  const Places where = places();
  if (value_or_throw(unset_setting(where.config_file, key)))
    mention_daemon(where, key);
  else
    note(fmt::format("{} was not set.", shown(key)));
  return 0;
}

int path() {
  print_line(shown(places().config_file.native()));
  return 0;
}

}  // namespace

Command config_command() {
  auto options = std::make_shared<Options>();
  std::string keys;
  for (const SettingRule& rule : setting_rules()) keys += fmt::format("{}{}", keys.empty() ? "" : ", ", rule.key);
  const Argument key{
      .names = "KEY", .help = keys + " or providers.NAME.KEY", .target = &options->key, .required = true};
  return {.name = "config",
          .summary = "Read and change the configuration.",
          .subcommands = {
              {.name = "show",
               .summary = "Print every setting as TOML, the defaults too.",
               .examples = {{"config show", "what holds now"}},
               .run = show},
              {.name = "get",
               .summary = "Print one setting. Status 1 when it is not set.",
               .arguments = {key},
               .examples = {{"config get default_expiry", "7d"}},
               .run = [options] { return get(options->key); }},
              {.name = "set",
               .summary = "Change one setting; comments and everything else in the file stay.",
               .arguments = {key, {.names = "VALUE", .help = "its value", .target = &options->value, .required = true}},
               .examples = {{"config set default_provider cloudflare", "`panko share` asks no more"},
                            {"config set default_expiry 12h", "shares end the same day"}},
               .run = [options] { return set(*options); }},
              {.name = "unset",
               .summary = "Go back to the default.",
               .arguments = {key},
               .examples = {{"config unset default_provider", "`panko share` asks again"}},
               .run = [options] { return unset(options->key); }},
              {.name = "path",
               .summary = "Print where the file is.",
               .examples = {{"config path", "for your editor"}},
               .run = path}}};
}

}  // namespace panko::cli
