#include "tests/shares/fixture.hpp"

namespace panko::test {

std::filesystem::path fake_script;

const Provider kFakeProvider{
    .name = "fake",
    .description = "a shell script",
    .is_public = true,
    .has_tunnel = true,
    .missing = [](const ProviderSettings&) -> std::optional<std::string> {
      if (std::filesystem::exists(fake_script)) return std::nullopt;
      return "The script is missing; write one.";
    },
    .arguments =
        [](const ProviderSettings&, std::uint16_t port) {
          return std::vector<std::string>{"/bin/sh", fake_script.native(), std::to_string(port)};
        },
    .read_log_line = [](std::string_view line) -> std::optional<LogEvent> {
      const auto word = line.substr(0, line.find(' '));
      const std::string rest(line.substr(std::min(line.size(), word.size() + 1)));
      if (word == "url") return LogEvent{LogEvent::Kind::url, rest};
      if (word == "ready") return LogEvent{LogEvent::Kind::ready, ""};
      if (word == "fail") return LogEvent{LogEvent::Kind::failed, rest};
      if (word == "refuse") return LogEvent{LogEvent::Kind::refused, rest};
      return std::nullopt;
    },
    .origin_hosts = [](const ProviderSettings&,
                       std::string_view) { return std::vector<std::string>{"tunnel.example"}; },
};

}  // namespace panko::test
