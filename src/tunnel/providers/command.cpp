// Any program that makes a port reachable: what to run, and how its address is known, are the user's settings.

#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"

namespace panko {

namespace {

using Type = ProviderKey::Type;

constexpr std::array kKeys{
    ProviderKey{"argv", Type::list, "the program and its arguments; {port} is the port on 127.0.0.1 to make reachable"},
    ProviderKey{"url_pattern", Type::text,
                "RE2, searched in each line of its output: the first group, or the whole match, is the URL"},
    ProviderKey{"url", Type::text, "the URL; {1} in it is what url_pattern found"},
    ProviderKey{"hosts", Type::list, "further Host names that requests carry when they come through the tunnel"},
    ProviderKey{"env_file", Type::text, "a file with lines NAME=value for its environment, e.g. secrets (chmod 600)"},
    ProviderKey{"public", Type::flag, "whether the URL is reachable from the Internet; true if it is not said"},
    ProviderKey{"stable", Type::flag, "whether the URL stays the same when the program starts anew"},
};

constexpr std::string_view kPort = "{port}";
constexpr std::string_view kGroup = "{1}";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// Finds the URL in the program's output. Time is linear in the length of a line, memory bounded by the pattern's.
class UrlFinder {
 public:
  UrlFinder(const std::string& pattern, std::string url) : pattern_(pattern, options()), url_(std::move(url)) {}

  [[nodiscard]] std::string error() const { return pattern_.ok() ? std::string() : pattern_.error(); }

  [[nodiscard]] std::optional<std::string> find(std::string_view line) const {
    const auto text = strip_terminal_sequences(line);
    std::array<re2::StringPiece, 2> groups{};
    const int count = std::min(pattern_.NumberOfCapturingGroups(), 1) + 1;
    if (!pattern_.Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(), count)) return std::nullopt;
    const auto& group = groups.at(static_cast<std::size_t>(count) - 1);
    const std::string_view found(group.data(), group.size());
    return read_base_url(url_.empty() ? std::string(found) : replaced(url_, kGroup, found));
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    return options;
  }

  RE2 pattern_;
  std::string url_;
};

std::optional<Obstacle> check_program(const std::vector<std::string>& argv) {
  if (argv.empty())
    return bad_setting(
        "\"argv\" is not set: the program and its arguments, as in argv = [\"bore\", \"local\", \"{port}\", "
        "\"--to\", \"bore.example.com\"] under [providers.command] in config.toml.");
  const auto program = clean_line_for_terminal(argv.front());
  if (argv.front().contains('/')) {
    if (!argv.front().starts_with('/'))
      return bad_setting(
          fmt::format("\"argv\" begins with {}: give the whole path, or a name that is on PATH.", program));
    if (::access(argv.front().c_str(), X_OK) != 0)
      return bad_setting(fmt::format("{}, with which \"argv\" begins, is no program that can be run.", program));
  } else if (!find_program(argv.front())) {
    return bad_setting(
        fmt::format("{}, with which \"argv\" begins, is not on the daemon's PATH: install it, or give its whole "
                    "path.",
                    program));
  }
  return std::nullopt;
}

std::optional<Obstacle> check_port(const ProviderSettings& settings, const std::vector<std::string>& argv) {
  const bool is_told = std::ranges::any_of(argv, [](const std::string& argument) { return argument.contains(kPort); });
  if (is_told || number_setting(settings, "port")) return std::nullopt;
  return bad_setting(
      "The program cannot know which port to make reachable: say {port} in \"argv\", or set \"port\" and name the same "
      "port in the program's own configuration.");
}

std::optional<Obstacle> check_url(const ProviderSettings& settings) {
  const auto pattern = text_setting(settings, "url_pattern");
  const auto url = text_setting(settings, "url");
  if (pattern.empty()) {
    if (url.empty())
      return bad_setting(
          "Neither \"url_pattern\" nor \"url\" is set: the one finds the URL in what the program prints, the "
          "other is the URL.");
    if (!read_base_url(url))
      return bad_setting("Without \"url_pattern\", \"url\" has to be like https://share.example.com.");
    if (!find_program("curl"))
      return Obstacle{.sentence = "Without \"url_pattern\" panko asks the URL itself whether it works, and needs curl.",
                      .command = "sudo apt install curl"};
    return std::nullopt;
  }
  if (const auto error = UrlFinder(pattern, url).error(); !error.empty())
    return bad_setting(
        fmt::format("\"url_pattern\" is no regular expression of RE2: {}.", clean_line_for_terminal(error)));
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://") && !url.starts_with(kGroup))
    return bad_setting("\"url\" has to begin with http://, https:// or {1}.");
  if (!url.empty() && !url.contains(kGroup) && !read_base_url(url))
    return bad_setting("\"url\" has to be like https://share.example.com, or http://{1}.");
  return std::nullopt;
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  const auto argv = list_setting(settings, "argv");
  if (auto obstacle = check_program(argv)) return obstacle;
  if (auto obstacle = check_port(settings, argv)) return obstacle;
  if (const auto file = text_setting(settings, "env_file"); !file.empty()) {
    if (auto variables = read_secret_variables(file); !variables)
      return bad_setting(std::move(variables.error().message));
  }
  return check_url(settings);
}

ProviderTraits traits(const ProviderSettings& settings) {
  const bool is_public = !settings.contains("public") || flag_setting(settings, "public");
  return {.is_public = is_public,
          .stable_url = flag_setting(settings, "stable"),
          .audience = is_public ? "anyone with the link" : "whoever can reach its URL",
          .limits = "what the program and its service set"};
}

Result<Plan> plan(const RunContext& context) {
  Plan plan;
  for (auto argument : list_setting(context.settings, "argv"))
    plan.arguments.push_back(replaced(std::move(argument), kPort, std::to_string(context.local_port)));
  if (plan.arguments.empty()) return fail("\"argv\" is not set.");
  if (const auto file = text_setting(context.settings, "env_file"); !file.empty()) {
    auto variables = read_secret_variables(file);
    if (!variables) return std::unexpected(std::move(variables.error()));
    plan.environment = std::move(*variables);
  }
  const auto pattern = text_setting(context.settings, "url_pattern");
  const auto url = text_setting(context.settings, "url");
  if (pattern.empty()) {
    plan.ready_by = Plan::ReadyBy::public_url;
    plan.url = read_base_url(url).value_or(url);
    return plan;
  }
  const auto finder = std::make_shared<UrlFinder>(pattern, url);
  // Only the first one counts: from then on visitors may have a say in the log.
  plan.read_line = [finder, known = !context.url.empty()](std::string_view line) mutable -> std::optional<LogEvent> {
    auto found = known ? std::nullopt : finder->find(line);
    if (!found) return std::nullopt;
    known = true;
    return LogEvent{.kind = LogEvent::Kind::ready, .text = std::move(*found)};
  };
  return plan;
}

std::vector<std::string> origin_hosts(const ProviderSettings& settings, std::string_view public_url) {
  return hosts_behind(public_url, list_setting(settings, "hosts"));
}

}  // namespace

const Provider kCommandProvider{
    .name = "command",
    .description = "any other tunnel program (bore, frp, zrok, pagekite, ...)",
    .has_tunnel = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .origin_hosts = origin_hosts,
    .public_check = true,
};

}  // namespace panko
