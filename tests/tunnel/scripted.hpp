// A provider of the test's own: its program is a shell script, its endpoint a function. What the script prints is read
// word by word: "url URL", "ready", "control ADDRESS", "permanent TEXT", "offline TEXT", "busy TEXT", "limited TEXT".
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <functional>
#include <map>

#include "base/files.hpp"
#include "fixture.hpp"
#include "tunnel/process.hpp"
#include "tunnel/provider.hpp"

namespace panko {

/// What the provider does. Its functions cannot have state, so this is the state of the test that runs.
struct Script {
  std::string program = "echo url https://first.example; echo ready; exec sleep 1000";
  bool has_process = true;
  Plan plan{};
  std::function<Probe(const RunContext&)> answer{};
  bool hangs = false;  // the endpoint takes the question and never answers
  int probes = 0;
  bool cleans = true;
  std::vector<RunContext> cleaned{};
};
inline Script script;

class ScriptedTest : public TunnelFixture {
 protected:
  ScriptedTest() {
    script = {};
    provider.name = "scripted";
    provider.has_tunnel = true;
    provider.keys = kKeys;
    provider.missing = [](const ProviderSettings&) { return std::optional<Obstacle>(); };
    provider.traits = [](const ProviderSettings&) { return ProviderTraits(); };
    provider.plan = plan;
    provider.clean_up = clean_up;
    times.first_retry = std::chrono::milliseconds(1);
    times.first_probe = std::chrono::milliseconds(1);
    times.probe = std::chrono::milliseconds(5);
    times.dead_probe = std::chrono::milliseconds(2);
    times.dead = std::chrono::milliseconds(10);
    times.adoption = std::chrono::milliseconds(500);
  }

  /// From now on the provider has an endpoint, and this is its answer.
  void answer(Probe::State state, const std::string& text = {}) {
    answer_with([state, text](const RunContext&) {
      Probe probe{.state = state};
      (state == Probe::State::ready ? probe.url : probe.failure.sentence) = text;
      return probe;
    });
  }
  void answer_with(std::function<Probe(const RunContext&)> function) {
    provider.probe = ask;
    script.hangs = false;
    script.answer = std::move(function);
  }
  void hang() {
    provider.probe = ask;
    script.hangs = true;
  }

  [[nodiscard]] TunnelSetup setup() const {
    TunnelSetup result;
    result.provider = &provider;
    result.settings = {{"name", std::string("value")}};
    result.tunnels_dir = tunnels();
    result.journal = home / "journal";
    result.gateway = "gateway";
    result.local_port = 18080;
    result.nonce = nonce;
    result.times = times;
    return result;
  }
  std::unique_ptr<Tunnel> make_tunnel() {
    return std::make_unique<Tunnel>(loop, setup(), [this](const TunnelStatus& status) {
      heard.push_back(std::string(name_of(status.state)) +
                      (status.state == TunnelState::ready ? " " + status.url : " | " + status.reason));
    });
  }
  [[nodiscard]] bool has_heard(const std::string& text) const {
    return std::ranges::any_of(heard, [&](const std::string& line) { return line.starts_with(text); });
  }
  bool until_heard(const std::string& text) {
    return run_until([&] { return has_heard(text); });
  }
  std::size_t count_processes(const std::string& variable) { return wait_for(find_processes({variable})).size(); }
  [[nodiscard]] std::string journal() const { return read_file(home / "journal").value_or(""); }
  [[nodiscard]] RunRecord record() const {
    const auto runs = load_runs(tunnels());
    return runs.empty() ? RunRecord() : runs.front();
  }

  Provider provider;
  TunnelTimes times;
  Nonce nonce;
  std::vector<std::string> heard;

 private:
  static constexpr std::array kKeys{ProviderKey{"name", ProviderKey::Type::text, "anything"}};

  static std::optional<LogEvent> read_line(std::string_view line) {
    static const std::map<std::string, FailureClass, std::less<>> kFailures{{"permanent", FailureClass::permanent},
                                                                            {"offline", FailureClass::no_network},
                                                                            {"busy", FailureClass::remote_busy},
                                                                            {"limited", FailureClass::rate_limited}};
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    const auto rest = space == line.npos ? std::string() : std::string(line.substr(space + 1));
    if (word == "url") return LogEvent{.kind = LogEvent::Kind::url, .text = rest};
    if (word == "ready") return LogEvent{.kind = LogEvent::Kind::ready};
    if (word == "control") return LogEvent{.kind = LogEvent::Kind::control, .text = rest};
    if (const auto failure = kFailures.find(word); failure != kFailures.end())
      return LogEvent{.kind = LogEvent::Kind::failure, .text = rest, .failure = failure->second};
    return std::nullopt;
  }
  static Result<Plan> plan(const RunContext&) {
    auto plan = script.plan;
    if (script.has_process) plan.arguments = {"/bin/sh", "-c", script.program};
    plan.read_line = read_line;
    return plan;
  }
  static boost::asio::awaitable<Probe> ask(RunContext context) {
    ++script.probes;
    if (script.hangs) {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::hours(1));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_return script.answer(context);
  }
  static boost::asio::awaitable<bool> clean_up(RunContext context) {
    script.cleaned.push_back(std::move(context));
    co_return script.cleans;
  }
};

}  // namespace panko
