#include "tunnel/providers/ngrok_log.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "base/spawn.hpp"
#include "fixture.hpp"
#include "http_stub.hpp"
#include "tests/support/project_files.hpp"
#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// With the fake ngrok on PATH and a HOME of its own, with a configuration as `ngrok config add-authtoken` leaves it.
class Ngrok : public TunnelFixture {
 protected:
  Ngrok() {
    std::filesystem::create_symlink(test::project_file("tests/support/fake-ngrok"), home / "bin" / "ngrok");
    for (const auto* name : {"HOME", "XDG_CONFIG_HOME"}) {
      if (const char* value = std::getenv(name)) old_[name] = value;
    }
    ::setenv("HOME", home.c_str(), 1);
    ::unsetenv("XDG_CONFIG_HOME");
    write_config("version: \"3\"\nagent:\n    authtoken: CANARY_OF_CONFIG\n");
    std::ofstream(home / "token") << "CANARY_OF_FILE\n";
    ::chmod((home / "token").c_str(), 0600);
  }
  ~Ngrok() override {
    ::unsetenv("HOME");
    for (const auto& [name, value] : old_) ::setenv(name.c_str(), value.c_str(), 1);
  }

  [[nodiscard]] std::filesystem::path config() const { return home / ".config" / "ngrok" / "ngrok.yml"; }
  void write_config(const std::string& text) {
    std::filesystem::create_directories(config().parent_path());
    std::ofstream(config(), std::ios::trunc) << text;
  }
  [[nodiscard]] ProviderSettings with_token_file() const { return {{"authtoken_file", (home / "token").string()}}; }
  static Obstacle obstacle(const ProviderSettings& settings = {}) {
    return obstacle_of(*find_provider("ngrok"), settings).value_or(Obstacle{.sentence = "none", .command = {}});
  }
  [[nodiscard]] Plan plan_of(const ProviderSettings& settings, const std::string& control = {}) const {
    return value_or_throw(find_provider("ngrok")->plan(
        {.settings = settings, .local_port = 18080, .run_path = home / "run", .control = control}));
  }
  Probe ask(const std::string& control, const std::string& url = {}) {
    return wait_for(find_provider("ngrok")->probe({.local_port = 18080, .control = control, .url = url}));
  }

 private:
  std::map<std::string, std::string> old_;
};

TEST_F(Ngrok, SaysWhatIsMissing) {
  EXPECT_EQ(obstacle().sentence, "none");
  EXPECT_EQ(obstacle(with_token_file()).sentence, "none");
  EXPECT_EQ(obstacle({{"url", "panko.example.com"}}).sentence, "none");
  EXPECT_EQ(obstacle({{"url", "https://panko.example.com"}}).sentence, "none");
  for (const auto* url : {"http://panko.example.com", "tcp://x:1", "https://x/path", "a b", "https://"})
    EXPECT_THAT(obstacle({{"url", url}}).sentence, HasSubstr("\"url\" has to be a host name")) << url;

  write_config("version: 2\nauthtoken: CANARY\n");
  EXPECT_EQ(obstacle().command, "ngrok config upgrade");
  EXPECT_THAT(obstacle().sentence, Not(HasSubstr("CANARY")));
  EXPECT_EQ(obstacle(with_token_file()).sentence, "none") << "then his configuration is not used";
  for (const auto* text :
       {"version: 3\nagent:\n", "version: 3\nagent:\n  authtoken:\n", "version: 3\n# authtoken: x\n"}) {
    write_config(text);
    EXPECT_EQ(obstacle().command, "ngrok config add-authtoken YOUR_TOKEN") << text;
  }
  std::filesystem::remove(config());
  EXPECT_THAT(obstacle().sentence, HasSubstr("ngrok has no authtoken"));
  EXPECT_THAT(obstacle({{"config_file", "~/none.yml"}}).sentence, HasSubstr("none.yml"));
  ::chmod((home / "token").c_str(), 0644);
  EXPECT_THAT(obstacle(with_token_file()).sentence, HasSubstr("run chmod 600"));
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_THAT(obstacle().sentence, HasSubstr("ngrok is not installed"));
}

TEST_F(Ngrok, IsStartedWithTheUsersConfigurationAndOurs) {
  const auto plan = plan_of({});
  EXPECT_THAT(plan.arguments, ElementsAre("ngrok", "start", "--config", config().string(), "--config",
                                          (home / "run.yml").string(), "panko"));
  EXPECT_THAT(plan.environment, IsEmpty());
  EXPECT_EQ(plan.ready_by, Plan::ReadyBy::probe);
  ASSERT_EQ(plan.files.size(), 1U);
  EXPECT_EQ(plan.files[0].first, ".yml");
  EXPECT_THAT(plan.files[0].second, HasSubstr("web_addr: \"" + plan.control + "\"\n"));
  EXPECT_THAT(plan.files[0].second, HasSubstr("      url: \"http://127.0.0.1:18080\"\n"));
  EXPECT_THAT(plan.files[0].second, Not(HasSubstr("\n    url:")));
  EXPECT_THAT(plan_of({{"url", "panko.example.com"}}).files[0].second,
              HasSubstr("\n    url: \"https://panko.example.com\"\n"));
}

TEST_F(Ngrok, GetsATokenOfAFileByItsEnvironment) {
  const auto plan = plan_of(with_token_file());
  EXPECT_THAT(plan.arguments, ElementsAre("ngrok", "start", "--config", (home / "run.yml").string(), "panko"));
  EXPECT_THAT(plan.environment, ElementsAre("NGROK_AUTHTOKEN=CANARY_OF_FILE"));
  EXPECT_THAT(plan.files[0].second, Not(HasSubstr("CANARY")));
}

TEST_F(Ngrok, ChoosesAFreePortForItsEndpoint) {
  const auto first = plan_of({}).control;
  EXPECT_THAT(first, StartsWith("127.0.0.1:"));
  boost::asio::ip::tcp::acceptor taken(loop,
                                       {boost::asio::ip::address_v4::loopback(),
                                        static_cast<std::uint16_t>(std::stoi(first.substr(first.find(':') + 1)))});
  EXPECT_NE(plan_of({}).control, first);
  EXPECT_EQ(plan_of({}, "127.0.0.1:5").control, "127.0.0.1:5") << "an adopted run has its own";
}

TEST_F(Ngrok, IsReadyWhenOurEndpointIsListed) {
  const auto state = [&](const std::string& body) {
    const HttpStub stub(loop, std::map<std::string, std::string>{{"/api/endpoints", body}});
    return ask(stub.address());
  };
  const auto ready =
      state(R"({"endpoints":[{"name":"his","url":"https://his.example","upstream":{"url":"http://127.0.0.1:1"}},)"
            R"({"name":"panko","url":"https://fern.ngrok.app/","upstream":{"url":"http://127.0.0.1:18080"}}]})");
  EXPECT_EQ(ready.state, Probe::State::ready);
  EXPECT_EQ(ready.url, "https://fern.ngrok.app");
  EXPECT_EQ(state(R"({"endpoints":[]})").state, Probe::State::waiting);
  EXPECT_EQ(state(R"({"endpoints":[{"name":"panko"}]})").state, Probe::State::waiting);
  EXPECT_EQ(state(R"({"endpoints":[{"name":"panko","url":"javascript:x"}]})").state, Probe::State::waiting);
  EXPECT_EQ(
      state(R"({"endpoints":[{"name":"panko","url":"https://x.example","upstream":{"url":"http://127.0.0.1:1"}}]})")
          .state,
      Probe::State::dead);
  EXPECT_EQ(state(R"({"tunnels":[]})").state, Probe::State::dead);
  EXPECT_EQ(state("no JSON").state, Probe::State::dead);
  EXPECT_EQ(state("503 {}").state, Probe::State::dead);
  EXPECT_EQ(ask("127.0.0.1:1").state, Probe::State::dead);
}

TEST_F(Ngrok, OfVersion2IsTooOld) {
  const HttpStub stub(loop, std::map<std::string, std::string>{{"/api/tunnels", R"({"tunnels":[]})"}});
  const auto probe = ask(stub.address());
  EXPECT_EQ(probe.state, Probe::State::failed);
  EXPECT_EQ(probe.failure.kind, FailureClass::permanent);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("version 3"));
}

TEST_F(Ngrok, KnowsEveryCodeThatNeedsTheUser) {
  for (const int code : {105, 107, 108, 121, 314, 324, 725, 726, 727, 4018, 15013}) {
    const auto failure = ngrok_failure(code);
    EXPECT_EQ(failure.kind, FailureClass::permanent) << code;
    EXPECT_THAT(failure.sentence, testing::EndsWith(".")) << code;
  }
  EXPECT_EQ(ngrok_failure(334).kind, FailureClass::remote_busy);
  EXPECT_EQ(ngrok_failure(9999).kind, FailureClass::transient);
  EXPECT_THAT(ngrok_failure(9999).sentence, HasSubstr("err_ngrok_9999"));
}

TEST_F(Ngrok, ReadsItsLog) {
  NgrokLog log("panko");
  const auto failure = [&](std::string_view line) { return log(line).value_or(LogEvent{}); };
  EXPECT_FALSE(log(R"({"lvl":"info","msg":"starting web service","obj":"web","addr":"127.0.0.1:4040"})"));
  EXPECT_EQ(
      failure(R"({"lvl":"eror","msg":"failed to reconnect session","err":"dial tcp: lookup x: no such host"})").failure,
      FailureClass::no_network);
  EXPECT_EQ(
      failure(
          R"({"lvl":"eror","msg":"failed to reconnect session","err":"is already online.\r\n\r\nERR_NGROK_334\r\n"})")
          .failure,
      FailureClass::remote_busy);
  EXPECT_EQ(failure("ERROR:  ERR_NGROK_108").failure, FailureClass::permanent);
  EXPECT_THAT(failure("ERROR:  authentication failed: x ERR_NGROK_4018").text, HasSubstr("ngrok config add-authtoken"));
  EXPECT_EQ(
      failure(
          R"({"err":"listen tcp 127.0.0.1:24040: bind: address already in use","lvl":"crit","msg":"command failed"})")
          .failure,
      FailureClass::transient);

  const auto started = log(
      R"({"addr":"http://127.0.0.1:18080","lvl":"info","msg":"started tunnel","name":"panko","obj":"tunnels","url":"https://fern.ngrok.app"})");
  ASSERT_TRUE(started);
  EXPECT_EQ(started->kind, LogEvent::Kind::url);
  EXPECT_EQ(started->text, "https://fern.ngrok.app");
  EXPECT_FALSE(log(R"({"lvl":"eror","msg":"failed to reconnect session","err":"dial tcp: lookup x: no such host"})"));
  EXPECT_FALSE(log(R"({"lvl":"eror","msg":"failed to reconnect session","err":"ERR_NGROK_334"})"));
  EXPECT_EQ(failure(R"({"lvl":"eror","msg":"session closed","err":"ERR_NGROK_727"})").failure, FailureClass::permanent);
}

TEST_F(Ngrok, TakesNothingElseForAMessage) {
  NgrokLog log("panko");
  for (const auto* line : {
           R"({"lvl":"info","msg":"started tunnel","name":"his","url":"https://his.example"})",
           R"({"lvl":"info","msg":"started tunnel","name":"panko","url":"javascript:x"})",
           R"({"lvl":"info","msg":"join connections","r":"ERR_NGROK_108"})",
           R"({"lvl":"warn","msg":"x","err":"ERR_NGROK_108"})",
           R"({"lvl":"eror","msg":"x","err":"ERR_NGROK_"})",
           R"({"lvl":"eror","msg":"x","err":["ERR_NGROK_108"]})",
           "GET /ERROR: ERR_NGROK_108",
           "ERROR:  something else",
           "ERR_NGROK_108",
           "{\"lvl\":\"eror\"",
           "[]",
           "",
       })
    EXPECT_FALSE(log(line)) << line;
}

/// The whole of it, against the fake agent.
class NgrokAgent : public Ngrok {
 protected:
  ~NgrokAgent() override {
    if (agent_.pid == 0) return;
    ::kill(agent_.pid, SIGKILL);
    ::waitpid(agent_.pid, nullptr, 0);
  }
  std::string start(const std::string& script, const ProviderSettings& settings = {}) {
    std::ofstream(home / "bin" / "ngrok.scenario") << script;
    const auto plan = plan_of(settings);
    for (const auto& [extension, content] : plan.files) std::ofstream(home / ("run" + extension)) << content;
    agent_ = value_or_throw(
        spawn_program({.arguments = plan.arguments, .environment = child_environment(plan.environment)}));
    return plan.control;
  }
  bool becomes(const std::string& control, Probe::State state, Probe& last) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    do {
      last = ask(control);
      if (last.state == state) return true;
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
  }

 private:
  SpawnedProcess agent_;
};

TEST_F(NgrokAgent, IsProbedFromItsStartToItsLoss) {
  for (const auto* name : {"go", "lose"}) make_fifo(name);
  const auto control = start("web\nsession\nwait go\ntunnel\nwait lose\nlost\n", {{"url", "panko.example.com"}});
  Probe probe;
  EXPECT_TRUE(becomes(control, Probe::State::waiting, probe));
  release("go");
  EXPECT_TRUE(becomes(control, Probe::State::ready, probe));
  EXPECT_EQ(probe.url, "https://panko.example.com");
  release("lose");
  EXPECT_TRUE(becomes(control, Probe::State::waiting, probe));
}

TEST_F(NgrokAgent, HasATokenFromEitherPlace) {
  Probe probe;
  EXPECT_TRUE(becomes(start("ready"), Probe::State::ready, probe));
  EXPECT_EQ(probe.url, "https://quiet-fern.ngrok-free.app");
}

TEST_F(NgrokAgent, IsUnderstoodWhenItFails) {
  struct Case {
    const char* script;
    FailureClass kind;
    const char* words;
  };
  boost::asio::ip::tcp::acceptor taken(loop, {boost::asio::ip::address_v4::loopback(), 0});
  const auto busy = "127.0.0.1:" + std::to_string(taken.local_endpoint().port());
  for (const auto& [script, kind, words] : {
           Case{"web", FailureClass::transient, "taken in the same moment"},
           Case{"no-network\nexit 0", FailureClass::no_network, "cannot reach its service"},
           Case{"busy\nexit 0", FailureClass::remote_busy, "still holds this address"},
           Case{"refused 15013", FailureClass::permanent, "claim the free one"},
       }) {
    std::ofstream(home / "bin" / "ngrok.scenario") << script << '\n';
    const auto plan = plan_of({}, busy);
    for (const auto& [extension, content] : plan.files) std::ofstream(home / ("run" + extension)) << content;
    const auto result =
        wait_for(run_program({.arguments = plan.arguments, .environment = {}, .input = {}, .time = 20s}));
    ASSERT_TRUE(result);
    std::istringstream lines(result->output);
    std::optional<LogEvent> first;
    for (std::string line; !first && std::getline(lines, line);) first = plan.read_line(line);
    ASSERT_TRUE(first) << result->output;
    EXPECT_EQ(first->failure, kind) << script;
    EXPECT_THAT(first->text, HasSubstr(words));
  }
}

}  // namespace
}  // namespace panko
