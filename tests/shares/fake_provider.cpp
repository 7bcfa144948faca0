#include "tests/shares/fixture.hpp"

namespace panko::test {

std::filesystem::path fake_script;

namespace {

std::optional<LogEvent> read_line(std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  const std::string rest(line.substr(std::min(line.size(), word.size() + 1)));
  if (word == "url") return LogEvent{.kind = LogEvent::Kind::url, .text = rest};
  if (word == "ready") return LogEvent{.kind = LogEvent::Kind::ready};
  if (word == "fail") return LogEvent{.kind = LogEvent::Kind::failure, .text = rest};
  if (word == "refuse")
    return LogEvent{.kind = LogEvent::Kind::failure, .text = rest, .failure = FailureClass::permanent};
  return std::nullopt;
}

}  // namespace

const Provider kFakeProvider{
    .name = "fake",
    .description = "a shell script",
    .program = "sh",
    .has_tunnel = true,
    .missing = [](const ProviderSettings&) -> std::optional<Obstacle> {
      if (std::filesystem::exists(fake_script)) return std::nullopt;
      return Obstacle{.sentence = "The script is missing; write one.", .command = "touch script"};
    },
    .traits =
        [](const ProviderSettings&) { return ProviderTraits{.is_public = true, .audience = "anyone with the link"}; },
    .plan = [](const RunContext& context) -> Result<Plan> {
      Plan plan;
      plan.arguments = {"/bin/sh", fake_script.native(), std::to_string(context.local_port)};
      plan.read_line = read_line;
      return plan;
    },
    .origin_hosts = [](const ProviderSettings&,
                       std::string_view) { return std::vector<std::string>{"tunnel.example"}; },
};

}  // namespace panko::test
