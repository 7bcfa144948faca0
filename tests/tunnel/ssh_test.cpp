// The provider "ssh" by the real ssh and a real sshd.
#include <netinet/in.h>

#include "ssh_fixture.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using State = Probe::State;

const Provider& ssh() {
  return *find_provider("ssh");
}

class Ssh : public SshFixture {
 protected:
  ProviderSettings settings(std::int64_t remote_port = 0) const {
    return {{"host", "server"},
            {"url", "http://127.0.0.1:{port}"},
            {"remote_port", remote_port},
            {"config_file", server.config}};
  }
  /// The failure that a run of these settings ends with.
  LogEvent failure_of(ProviderSettings wrong) {
    const auto run = start(ssh(), std::move(wrong));
    EXPECT_TRUE(run_until([&] { return run->has_ended(); })) << run->log();
    const auto events = run->events();
    if (events.empty()) throw std::runtime_error("no failure was seen in: " + run->log());
    return events.back();
  }
  static std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  SshServer server{home / "sshd"};
};

TEST(SshSettings, SayWhatIsMissing) {
  const auto obstacle = [](const ProviderSettings& settings) {
    const auto found = obstacle_of(ssh(), settings);
    return found ? found->sentence + "|" + found->command : "none";
  };
  ProviderSettings settings;
  EXPECT_EQ(obstacle(settings),
            "\"host\" is not set: the server that `ssh` reaches without a password.|"
            "panko config set providers.ssh.host user@server");
  for (const char* host : {"-oProxyCommand=x", "a b", "u@-x", "a;b", "a\nb"}) {
    settings["host"] = host;
    EXPECT_THAT(obstacle(settings), HasSubstr("\"host\" has to be"));
  }
  settings["host"] = "user@server";
  EXPECT_THAT(obstacle(settings),
              AllOf(HasSubstr("\"url\" is not set"), HasSubstr("panko config set providers.ssh.url")));
  settings["url"] = "server.example.com";
  EXPECT_THAT(obstacle(settings), HasSubstr("\"url\" has to be like"));
  settings["url"] = "https://share.example.com";
  EXPECT_THAT(obstacle(settings), HasSubstr("\"url\" has to say where it goes"));
  settings["remote_port"] = std::int64_t{8085};
  EXPECT_EQ(obstacle(settings), "none");
  settings["remote_bind"] = "127.0.0.1 -x";
  EXPECT_THAT(obstacle(settings), HasSubstr("\"remote_bind\""));
  settings["remote_bind"] = "*";
  settings["identity_file"] = "/no/such/key";
  EXPECT_THAT(obstacle(settings), HasSubstr("\"identity_file\" names /no/such/key, which cannot be read."));
  settings.erase("identity_file");
  settings["server_port"] = std::int64_t{70000};
  EXPECT_THAT(obstacle(settings), HasSubstr("\"server_port\""));
}

TEST(SshSettings, SayWhoCanRead) {
  EXPECT_TRUE(ssh().traits({{"url", "https://share.example.com"}}).is_public);
  EXPECT_FALSE(ssh().traits({{"url", "http://127.0.0.1:{port}"}}).is_public);
  EXPECT_FALSE(ssh().traits({}).stable_url);
  EXPECT_TRUE(ssh().traits({{"remote_port", std::int64_t{8085}}}).stable_url);
  EXPECT_THAT(ssh().origin_hosts({{"hosts", std::vector<std::string>{"inner"}}}, "https://share.example.com/x"),
              ElementsAre("inner", "share.example.com", "localhost", "127.0.0.1"));
}

TEST_F(Ssh, IsAskedForWithTheUsersOwnConfiguration) {
  const auto run = context({{"host", "user@server"},
                            {"url", "https://share.example.com"},
                            {"remote_port", std::int64_t{8085}},
                            {"server_port", std::int64_t{2222}}});
  const auto arguments = value_or_throw(ssh().plan(run)).arguments;
  EXPECT_EQ(arguments.front(), "ssh");
  EXPECT_EQ(arguments.back(), "user@server");
  EXPECT_THAT(arguments, AllOf(Not(Contains("-F")), Contains("BatchMode=yes"), Contains("2222")));
}

TEST_F(Ssh, NeedsAShortPathForItsControlSocket) {
  auto run = context(settings());
  run.run_path = home / std::string(90, 'x');
  EXPECT_THAT(ssh().plan(run).error().message, HasSubstr("Set PANKO_HOME to a shorter directory."));
  run = context(settings());
  run.origin_socket = home / "a:b";
  EXPECT_THAT(ssh().plan(run).error().message, HasSubstr("has a colon"));
}

TEST_F(Ssh, ForwardsWithAnyPort) {
  const auto run = start(ssh(), settings());
  const auto probe = ask_until(ssh(), *run);
  ASSERT_EQ(probe.state, State::ready) << run->log();
  EXPECT_TRUE(arrives(port_of(probe.url)));
  EXPECT_EQ(ask(ssh(), *run).url, probe.url);  // asked for again: the same one
  run->context.url = probe.url;
  EXPECT_EQ(ask(ssh(), *run).state, State::ready);
  auto other = run->context;
  other.pid = ::getpid();
  EXPECT_EQ(wait_for(ssh().probe(other)).state, State::dead);
  run->end(SIGTERM);
  EXPECT_EQ(ask(ssh(), *run).state, State::dead);
}

TEST_F(Ssh, HasAFixedPortBackAtOnce) {
  const auto first = start(ssh(), settings());
  const auto port = port_of(ask_until(ssh(), *first).url);
  first->end(SIGKILL);
  for (int i = 0; i < 3; ++i) {
    const auto run = start(ssh(), settings(port));
    // The server may notice a moment later that the client before is gone.
    ASSERT_TRUE(run_until([&] { return ask_until(ssh(), *run).state == State::ready; })) << run->log();
    EXPECT_TRUE(arrives(port));
    run->end(SIGKILL);
  }
}

TEST_F(Ssh, HangsAreSeen) {
  const auto run = start(ssh(), settings());
  run->context.url = ask_until(ssh(), *run).url;
  run->signal(SIGSTOP);
  const auto before = std::chrono::steady_clock::now();
  const auto probe = ask(ssh(), *run);
  EXPECT_EQ(probe.state, State::dead);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("ssh hangs"));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(1900));
  run->signal(SIGCONT);
  EXPECT_EQ(ask(ssh(), *run).state, State::ready);
}

TEST_F(Ssh, SaysThatThePortIsTaken) {
  const auto run = start(ssh(), settings(server.port));  // sshd itself listens there
  const auto probe = ask_until(ssh(), *run);
  EXPECT_EQ(probe.state, State::failed) << run->log();
  EXPECT_EQ(probe.failure.kind, FailureClass::remote_busy);
  EXPECT_THAT(probe.failure.sentence,
              AllOf(HasSubstr("server does not let ssh listen on its port"), HasSubstr("PermitListen")));
}

TEST_F(Ssh, SaysThatTheServerForbidsIt) {
  server.reconfigure("AllowTcpForwarding no");
  const auto run = start(ssh(), settings());
  const auto probe = ask_until(ssh(), *run);
  EXPECT_EQ(probe.state, State::failed) << run->log();
  EXPECT_EQ(probe.failure.kind, FailureClass::permanent);
}

// With "localhost" sshd would do with ::1 alone, and visitors would reach whoever has the port on 127.0.0.1.
TEST_F(Ssh, IsNotContentWithTheOtherAddressFamily) {
  server.reconfigure("GatewayPorts no");
  const auto run = start(ssh(), settings(server.port));
  EXPECT_EQ(ask_until(ssh(), *run).state, State::failed) << run->log();
}

TEST_F(Ssh, FailsAsSshSays) {
  std::filesystem::rename(home / "sshd" / "authorized_keys", home / "sshd" / "kept");
  auto failure = failure_of(settings());
  std::filesystem::rename(home / "sshd" / "kept", home / "sshd" / "authorized_keys");
  EXPECT_EQ(failure.failure, FailureClass::permanent);
  EXPECT_THAT(failure.text, HasSubstr("server refuses panko's key"));

  std::ofstream(home / "sshd" / "known_hosts").flush();
  failure = failure_of(settings());
  EXPECT_EQ(failure.failure, FailureClass::permanent);
  EXPECT_THAT(failure.text, HasSubstr("The host key of server is not known: run `ssh -F"));

  const auto other = value_or_throw(read_file(home / "sshd" / "id.pub"));
  std::ofstream(home / "sshd" / "known_hosts") << fmt::format("[127.0.0.1]:{} {}", server.port, other);
  failure = failure_of(settings());
  EXPECT_EQ(failure.failure, FailureClass::permanent);
  EXPECT_THAT(failure.text, HasSubstr("another host key than before"));

  auto wrong = settings();
  wrong["server_port"] = std::int64_t{1};
  failure = failure_of(wrong);
  EXPECT_EQ(failure.failure, FailureClass::transient);
  EXPECT_THAT(failure.text, HasSubstr("server cannot be reached: Connection refused."));

  std::ofstream(home / "broken") << "Host server\n  Nonsense yes\n";
  wrong = settings();
  wrong["config_file"] = (home / "broken").string();
  failure = failure_of(wrong);
  EXPECT_EQ(failure.failure, FailureClass::permanent);
  EXPECT_THAT(failure.text, HasSubstr("ssh does not accept its configuration"));
}

}  // namespace
}  // namespace panko
