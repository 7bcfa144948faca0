#include "tests/shares/fixture.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko::test {

std::filesystem::path fake_script;
std::function<asio::awaitable<Probe>(RunContext)> fake_probe;

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

constexpr std::array<ProviderKey, 3> kKeys{{{"word", ProviderKey::Type::text, "anything"},
                                            {"single", ProviderKey::Type::flag, "there can be one tunnel"},
                                            {"public_check", ProviderKey::Type::flag, "it is ready once its URL is"}}};

Provider make_fake(std::string_view name, bool uses_socket) {
  return {
      .name = name,
      .description = "a shell script",
      .program = "sh",
      .has_tunnel = true,
      .uses_socket = uses_socket,
      .keys = kKeys,
      .missing = [](const ProviderSettings&) -> std::optional<Obstacle> {
        if (std::filesystem::exists(fake_script)) return std::nullopt;
        return Obstacle{.sentence = "The script is missing; write one.", .command = "touch script"};
      },
      .traits =
          [](const ProviderSettings& settings) {
            return ProviderTraits{
                .is_public = true, .audience = "anyone with the link", .single = flag_setting(settings, "single")};
          },
      .plan = [](const RunContext& context) -> Result<Plan> {
        Plan plan;
        plan.arguments = {"/bin/sh", fake_script.native(), std::to_string(context.local_port),
                          context.origin_socket.native()};
        plan.read_line = read_line;
        if (flag_setting(context.settings, "public_check")) plan.ready_by = Plan::ReadyBy::public_url;
        return plan;
      },
      .probe = [](RunContext context) -> asio::awaitable<Probe> {
        if (fake_probe) co_return co_await fake_probe(std::move(context));
        co_return Probe{.state = Probe::State::ready};
      },
      .origin_hosts = [](const ProviderSettings&,
                         std::string_view url) { return std::vector<std::string>{"tunnel.example", host_of(url)}; },
  };
}

}  // namespace

const Provider kFakeProvider = make_fake("fake", false);
const Provider kFakeSocketProvider = make_fake("fake-socket", true);

}  // namespace panko::test
