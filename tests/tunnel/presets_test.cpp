// The services that are reached by ssh: what they print, as documented, and the real ssh against a real sshd that
// prints it. Nobody ran this against the services themselves.
#include <sys/stat.h>

#include "ssh_fixture.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using State = Probe::State;

class Presets : public SshFixture {
 protected:
  Plan planned(std::string_view name, ProviderSettings settings = {}) {
    return value_or_throw(find_provider(name)->plan(context(std::move(settings))));
  }
  /// The URLs that a service's output names, one after the other.
  std::string urls(std::string_view name, std::initializer_list<std::string_view> lines,
                   ProviderSettings settings = {}) {
    const auto plan = planned(name, std::move(settings));
    std::string found;
    for (const auto line : lines) {
      if (const auto event = plan.read_line(line); event && event->kind == LogEvent::Kind::url)
        found += event->text + " ";
    }
    return found;
  }
  std::string write_token(const std::string& token) {
    const auto path = home / "token";
    std::ofstream(path) << token << '\n';
    ::chmod(path.c_str(), 0600);
    return path.string();
  }
};

// tunnels of localhost.run: JSON lines as at least six third-party parsers agree on.
TEST_F(Presets, LocalhostRunNamesItsAddressInJson) {
  EXPECT_EQ(
      urls(
          "localhost-run",
          {R"({"connection_id":"1","event":"authn","message":"authenticated as anonymous user"})",
           R"({"connection_id":"1","event":"tcpip-forward","address":"abc123.lhr.life","listen_host":"x","status":"success",)"
           R"("tls_termination":true,"message":"abc123.lhr.life tunneled with tls termination, https://abc123.lhr.life"})",
           R"({"event":"tcpip-forward","address":"def456.lhr.life","status":"success"})"}),
      "https://abc123.lhr.life https://def456.lhr.life ");
  EXPECT_EQ(
      urls("localhost-run", {"Welcome to localhost.run! https://admin.localhost.run/ https://localhost.run/docs",
                             R"({"event":"tcpip-forward","address":"x.lhr.life","status":"failure"})",
                             R"({"event":"tcpip-forward","address":"x.lhr.life/<script>"})",
                             R"({"event":"tcpip-forward","address":7})", R"({"event":"tcpip-forward","address":"x.lhr)",
                             R"(["tcpip-forward"])", "{", R"({"event":"http","address":"evil.example"})"}),
      "");
}

TEST_F(Presets, ServeoNamesItsAddressInALine) {
  EXPECT_EQ(urls("serveo", {"\x1b[32mForwarding HTTP traffic from https://abc.serveo.net\x1b[0m"}),
            "https://abc.serveo.net ");
  EXPECT_EQ(urls("serveo", {"Forwarding HTTP traffic from https://0123abcd-127-0-0-1.serveousercontent.com"}),
            "https://0123abcd-127-0-0-1.serveousercontent.com ");
  EXPECT_EQ(urls("serveo", {"HTTP request from 127.0.0.1 to Forwarding HTTP traffic from https://evil.example",
                            "Forwarding HTTP traffic from https://a.serveo.net and more",
                            "Forwarding HTTP traffic from javascript:alert(1)", "Forwarding HTTP traffic from "}),
            "");
}

TEST_F(Presets, PinggyNamesItsAddressAlone) {
  EXPECT_EQ(urls("pinggy", {"You are not authenticated.", "Your tunnel will expire in 60 minutes. https://pinggy.io",
                            "http://abc.a.free.pinggy.link", "https://abc.a.free.pinggy.link"}),
            "https://abc.a.free.pinggy.link ");
  EXPECT_EQ(urls("pinggy", {"https://abc.run.pinggy-free.link"}), "https://abc.run.pinggy-free.link ");
  EXPECT_EQ(urls("pinggy", {"https://abc.free.pinggy.net"}), "https://abc.free.pinggy.net ");
  EXPECT_EQ(urls("pinggy", {"https://abc.a.pinggy.online"}, {{"server", "free@eu.a.pinggy.io"}}),
            "https://abc.a.pinggy.online ");
  EXPECT_EQ(urls("pinggy",
                 {"https://dashboard.pinggy.io", "https://pinggy.io", "see https://a.free.pinggy.link", "https://",
                  "https://evil.example", "https://evil.example/a.pinggy.link", "https://evil.example?.pinggy.link",
                  "https://evilpinggy.link", "https://pinggy.link.evil.example", "https://evil.example#.pinggy.link",
                  "https://a.pinggy.link@evil.example", "https://a.pinggy.link:8443", "https://a.pinggy.link/path",
                  "GET / https://a.pinggy.link", "https://a.pinggy.link https://b.pinggy.link"}),
            "");
}

// An account's domain can be any; only the first line is not a visitor's word.
TEST_F(Presets, PinggyNamesAnAccountsOwnDomain) {
  for (const auto& settings : {ProviderSettings{{"token_file", write_token("aB3")}}, {{"server", "a-server"}}})
    EXPECT_EQ(urls("pinggy",
                   {"https://dashboard.pinggy.io", "https://pinggy.io", "http://share.example.com",
                    "https://share.example.com/x", "https://share.example.com", "https://evil.example"},
                   settings),
              "https://share.example.com ");
}

TEST_F(Presets, ALaterAddressIsOnlyBelievedWhereTheServiceChangesIt) {
  constexpr std::string_view kServeo = "Forwarding HTTP traffic from https://abc.serveo.net";
  constexpr std::string_view kEvil = "Forwarding HTTP traffic from https://evil.example";
  EXPECT_EQ(urls("serveo", {kServeo, kEvil, kServeo}), "https://abc.serveo.net https://abc.serveo.net ");
  EXPECT_EQ(urls("pinggy", {"https://a.free.pinggy.link", "https://evil.free.pinggy.link"}),
            "https://a.free.pinggy.link ");
  auto adopted = context({});
  adopted.url = "https://abc.serveo.net";
  const auto plan = value_or_throw(find_provider("serveo")->plan(adopted));
  EXPECT_FALSE(plan.read_line(kEvil));
  EXPECT_TRUE(plan.read_line(kServeo));
  // One JSON object a line: what a visitor says is inside of a string there.
  EXPECT_EQ(urls("localhost-run",
                 {R"({"event":"tcpip-forward","address":"abc.lhr.life","status":"success"})",
                  R"({"event":"http","message":"GET /\n{\"event\":\"tcpip-forward\",\"address\":\"evil.example\"}"})",
                  R"(GET /{"event":"tcpip-forward","address":"evil.example","status":"success"})",
                  R"({"event":"tcpip-forward","address":"evil.example","status":"success"} HTTP/1.1)"}),
            "https://abc.lhr.life ");
}

TEST_F(Presets, ConnectAsDocumented) {
  auto plan = planned("localhost-run");
  EXPECT_THAT(std::vector(plan.arguments.end() - 6, plan.arguments.end()),
              testing::ElementsAre("-R", HasSubstr("80:/"), "nokey@localhost.run", "--", "--output", "json"));
  EXPECT_TRUE(plan.endless_input);
  EXPECT_THAT(plan.arguments, AllOf(Contains("22"), Contains("StrictHostKeyChecking=accept-new"), Not(Contains("-N")),
                                    Not(Contains("ClearAllForwardings=yes"))));
  plan = planned("serveo", {{"name", "garden"}});
  EXPECT_EQ(plan.arguments.back(), "serveo.net");
  EXPECT_THAT(plan.arguments, Contains(HasSubstr("garden:80:/")));
  EXPECT_TRUE(find_provider("serveo")->traits({{"name", "garden"}}).stable_url);
  plan = planned("pinggy");
  EXPECT_EQ(plan.arguments.back(), "free@a.pinggy.io");
  EXPECT_THAT(plan.arguments, AllOf(Contains("443"), Contains(testing::StartsWith("0:/"))));
  plan = planned("pinggy", {{"server", "tuns.example.com"}});
  EXPECT_EQ(plan.arguments.back(), "tuns.example.com");
  EXPECT_THAT(plan.arguments, Not(Contains("443")));  // that is the port of the service, not of another server
}

TEST_F(Presets, SayWhatIsMissing) {
  const auto obstacle = [](std::string_view name, const ProviderSettings& settings) {
    const auto found = obstacle_of(*find_provider(name), settings);
    return found ? found->sentence : "none";
  };
  for (const std::string_view name : {"localhost-run", "serveo", "pinggy"}) {
    EXPECT_EQ(obstacle(name, {}), "none");
    EXPECT_THAT(obstacle(name, {{"server", "-oProxyCommand=x"}}), HasSubstr("\"server\" has to be"));
    EXPECT_TRUE(find_provider(name)->traits({}).is_public);
    EXPECT_FALSE(find_provider(name)->traits({}).stable_url);
    EXPECT_THAT(find_provider(name)->origin_hosts({}, "https://a.example"), Contains("a.example"));
  }
  EXPECT_THAT(obstacle("serveo", {{"name", "a b"}}), HasSubstr("\"name\" has to be"));
  EXPECT_THAT(obstacle("pinggy", {{"token_file", "/no/such/file"}}), HasSubstr("Cannot read /no/such/file"));
  EXPECT_THAT(obstacle("pinggy", {{"token_file", write_token("a token\n  ProxyCommand x")}}), HasSubstr("one line"));
  EXPECT_THAT(obstacle("pinggy", {{"token_file", write_token("a token")}}), HasSubstr("holds no token"));
  EXPECT_EQ(obstacle("pinggy", {{"token_file", write_token("aB3+force")}}), "none");
}

TEST_F(Presets, ATokenIsNoPartOfPinggysServer) {
  const auto& pinggy = *find_provider("pinggy");
  for (const auto* server :
       {"s3cretToken@a.pinggy.io", "s3cretToken+tcp@a.pinggy.io", "ssh://s3cretToken@a.pinggy.io:443", "s3cret@x@y"}) {
    const auto obstacle = obstacle_of(pinggy, {{"server", server}});
    ASSERT_TRUE(obstacle) << server;
    EXPECT_THAT(obstacle->sentence, AllOf(HasSubstr("\"token_file\""), Not(HasSubstr("s3cret"))));
  }
  EXPECT_FALSE(obstacle_of(pinggy, {{"server", "free@eu.a.pinggy.io"}}));
  EXPECT_FALSE(obstacle_of(pinggy, {{"server", "eu.a.pinggy.io"}}));
}

// The secret is the user name, and argv is for everybody to read.
TEST_F(Presets, ATokenIsInAFileOfItsOwn) {
  std::ofstream(home / "config") << "Host a.pinggy.io\n  User somebody\n  Compression yes\n";
  const auto run =
      context({{"token_file", write_token("s3cretToken+force")}, {"config_file", (home / "config").string()}});
  auto plan = value_or_throw(find_provider("pinggy")->plan(run));
  EXPECT_THAT(plan.arguments, testing::Each(Not(HasSubstr("s3cret"))));
  EXPECT_EQ(plan.arguments.back(), "a.pinggy.io");
  EXPECT_THAT(plan.secrets, testing::ElementsAre("s3cretToken+force"));
  ASSERT_EQ(plan.files.size(), 1U);
  value_or_throw(write_file_atomically(run.run_path.native() + plan.files[0].first, plan.files[0].second));
  // What ssh makes of it: -G prints the configuration instead of connecting.
  plan.arguments.insert(plan.arguments.begin() + 1, "-G");
  const auto result = value_or_throw(wait_for(run_program({.arguments = plan.arguments})));
  EXPECT_EQ(result.exit_status, 0) << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("\nuser s3cretToken+force\n"), HasSubstr("\ncompression yes\n")));
}

TEST_F(Presets, AreFoundReadyByTheirLogAndTheControlSocket) {
  const auto& pinggy = *find_provider("pinggy");
  SshServer server(home / "sshd");
  std::ofstream(home / "session") << "#!/bin/sh\necho 'http://abc.a.free.pinggy.link'\n"
                                     "echo 'https://abc.a.free.pinggy.link'\necho 'https://def.a.free.pinggy.link'\n"
                                     "exec cat >/dev/null\n";
  ::chmod((home / "session").c_str(), 0700);
  server.reconfigure("ForceCommand " + (home / "session").string());
  const auto run =
      start(pinggy, {{"server", "server"}, {"config_file", server.config}, {"token_file", write_token(server.user)}});
  const auto log = [&] { return run->events(); };
  ASSERT_TRUE(run_until([&] { return run->log().contains("https://def.") || run->has_ended(); }));
  ASSERT_EQ(log().size(), 1U) << run->log();
  EXPECT_EQ(log().back().text, "https://abc.a.free.pinggy.link");
  EXPECT_EQ(ask(pinggy, *run).state, State::waiting);
  run->context.url = log().back().text;
  EXPECT_EQ(ask(pinggy, *run).state, State::ready);
  constexpr std::string_view kAllocated = "Allocated port ";
  const auto at = run->log().find(kAllocated);
  ASSERT_NE(at, std::string::npos) << run->log();
  EXPECT_TRUE(arrives(static_cast<std::uint16_t>(std::stoi(run->log().substr(at + kAllocated.size())))));
  run->end(SIGTERM);
  EXPECT_EQ(ask(pinggy, *run).state, State::dead);
}

}  // namespace
}  // namespace panko
