#include "tunnel/providers/cloudflare_log.hpp"

#include "fixture.hpp"
#include "http_stub.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = LogEvent::Kind;

class Cloudflare : public TunnelFixture {
 protected:
  static Plan planned() {
    RunContext context;
    context.local_port = 18080;
    return value_or_throw(find_provider("cloudflare")->plan(context));
  }
  static std::optional<LogEvent> read(std::string_view line) { return planned().read_line(line); }
  static std::string seen(std::string_view line) {
    const auto event = read(line);
    if (!event) return "nothing";
    constexpr std::array kNames{"url ", "ready ", "control ", "failure "};
    return kNames.at(static_cast<std::size_t>(event->kind)) + event->text;
  }
};

TEST_F(Cloudflare, IsMissingWithoutItsProgram) {
  const auto& provider = *find_provider("cloudflare");
  EXPECT_FALSE(provider.missing({}).has_value());
  ::setenv("PATH", (":relative:" + home.string()).c_str(), 1);
  EXPECT_THAT(provider.missing({}).value_or(Obstacle{}).sentence, HasSubstr("cloudflared is not installed"));
}

TEST_F(Cloudflare, PointsAtThePort) {
  const auto arguments = planned().arguments;
  EXPECT_EQ(arguments.front(), "cloudflared");
  EXPECT_EQ(arguments.back(), "http://127.0.0.1:18080");
}

TEST_F(Cloudflare, ReadsTextAndJson) {
  for (const std::string_view prefix : {"2026-05-29T09:25:34Z INF ", ""}) {
    const auto line = [&](std::string_view message) { return std::string(prefix) + std::string(message); };
    EXPECT_EQ(seen(line("|  https://some-words.trycloudflare.com        |")),
              "url https://some-words.trycloudflare.com");
    EXPECT_EQ(seen(line("Registered tunnel connection connIndex=0 event=0")), "ready ");
    EXPECT_EQ(seen(line("Starting metrics server on 127.0.0.1:40303/metrics")), "control 127.0.0.1:40303");
  }
  EXPECT_EQ(seen(R"({"level":"info","message":"|  https://a-b.trycloudflare.com  |","time":"2026-05-29T09:25:34Z"})"),
            "url https://a-b.trycloudflare.com");
  EXPECT_EQ(seen(R"({"connIndex":0,"level":"info","message":"Registered tunnel connection"})"), "ready ");
  EXPECT_EQ(seen(R"({"level":"info","message":"Starting metrics server on 127.0.0.1:1/metrics"})"),
            "control 127.0.0.1:1");
}

TEST_F(Cloudflare, TakesNothingElseForAnAddress) {
  for (const std::string_view line : {
           "subject to the Terms (https://www.cloudflare.com/website-terms/)",
           "https://api.trycloudflare.com",
           "https://www.trycloudflare.com",
           "https://.trycloudflare.com",
           "http://a.trycloudflare.com",
           "https://a.b.trycloudflare.com",
           "https://A.trycloudflare.com",
           "https://a.trycloudflare.com.evil.com",
           "https://evil.com/?.trycloudflare.com",
           "https://a.trycloudflare.com/path",
           "2026-05-29T09:25:34Z ERR  error=\"x\" dest=https://evil.trycloudflare.com",
           "2026-05-29T09:25:34Z ERR dest=https://a.trycloudflare.com/|  https://evil.trycloudflare.com |",
           R"({"message":"x","dest":"https://evil.trycloudflare.com"})",
           R"({"message":["https://evil.trycloudflare.com"]})",
           R"({"message":"https://evil.trycloudflare.com)",
           "Requesting new quick Tunnel on trycloudflare.com...",
           "2026-05-29T09:25:34Z ERR GET /Registered tunnel connection",
           "2026-05-29T09:25:34Z",
           "{",
           "|",
           "",
       })
    EXPECT_EQ(seen(line), "nothing") << line;
}

TEST_F(Cloudflare, TellsFailuresApart) {
  const auto kind = [](std::string_view line) {
    const auto event = read(line);
    return event && event->kind == Kind::failure ? std::optional(event->failure) : std::nullopt;
  };
  EXPECT_EQ(kind("2026-05-29T09:25:34Z ERR Error unmarshaling QuickTunnel response: error code: 1015 error=\"invalid\" "
                 "status_code=\"429 Too Many Requests\""),
            FailureClass::rate_limited);
  EXPECT_EQ(kind(R"({"error":"invalid","level":"error","message":"Error unmarshaling QuickTunnel response: ?",)"
                 R"("status_code":"429 Too Many Requests"})"),
            FailureClass::rate_limited);
  EXPECT_EQ(kind(R"({"level":"error","message":"Error unmarshaling QuickTunnel response: error code: 1101",)"
                 R"("status_code":"500 Internal Server Error"})"),
            FailureClass::transient);
  EXPECT_EQ(kind("failed to unmarshal quick Tunnel: invalid character 'e' looking for beginning of value"),
            FailureClass::transient);
  EXPECT_THAT(seen("failed to request quick Tunnel: Post \"https://api.trycloudflare.com/tunnel\": dial tcp: lookup "
                   "api.trycloudflare.com: no such host"),
              HasSubstr("cannot reach Cloudflare"));
  EXPECT_EQ(kind("flag needs an argument. See 'cloudflared tunnel --help'."), FailureClass::permanent);
  // What a visitor asks for is no failure of the tunnel.
  EXPECT_EQ(seen(R"({"level":"error","message":"GET /429 Too Many Requests"})"), "nothing");
}

TEST_F(Cloudflare, NamesTheHostThatItsOriginSees) {
  const auto hosts = [](std::string_view url) { return find_provider("cloudflare")->origin_hosts({}, url); };
  EXPECT_THAT(hosts("https://a.trycloudflare.com"), ElementsAre("a.trycloudflare.com"));
  EXPECT_THAT(hosts("https://a.trycloudflare.com:443/x"), ElementsAre("a.trycloudflare.com"));
}

TEST_F(Cloudflare, KnowsThatTheEdgeCannotBeReachedUntilItWas) {
  CloudflareLog log(false);
  const auto* blocked = R"({"error":"timeout: no recent network activity","level":"error",)"
                        R"("message":"Failed to dial a quic connection"})";
  const auto event = log(blocked);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->failure, FailureClass::no_network);
  EXPECT_THAT(event->text, HasSubstr("http2"));
  ASSERT_TRUE(log("Registered tunnel connection"));
  EXPECT_FALSE(log(blocked)) << "it connects anew by itself, and its endpoint says how it does";
}

TEST_F(Cloudflare, TakesARefusalForGoodOnlyWhenItStays) {
  const std::string refused = R"({"error":"Unauthorized: Failed to get tunnel","level":"error",)"
                              R"("message":"Register tunnel error from server side"})";
  CloudflareLog patient(true);
  CloudflareLog hasty(true, 0ms);
  EXPECT_EQ(patient(refused).value_or(LogEvent{}).failure, FailureClass::transient);
  EXPECT_EQ(patient(refused).value_or(LogEvent{}).failure, FailureClass::transient);
  EXPECT_THAT(patient(refused).value_or(LogEvent{}).text, HasSubstr("Unauthorized"));
  EXPECT_EQ(hasty(refused).value_or(LogEvent{}).failure, FailureClass::permanent);
  EXPECT_FALSE(patient(R"({"error":"no route","message":"Register tunnel error from server side"})"));
}

TEST_F(Cloudflare, SaysWhatANamedTunnelLacks) {
  for (const auto& [line, words] : std::vector<std::pair<std::string, std::string>>{
           {"Provided Tunnel token is not valid.", "token is not valid"},
           {"Failed to read token file: open /x: permission denied", "token_file"},
           {"\"cloudflared tunnel run\" requires the ID or name of the tunnel to run", "which tunnel"},
           {"2026-05-29T09:25:34Z ERR Cannot determine default origin certificate path. No file cert.pem in [~/x]",
            "cloudflared tunnel login"},
           {"client didn't specify origincert path", "cloudflared tunnel login"},
           {"couldn't read tunnel credentials from /x: no such file", "credentials_file"},
           {"garden is neither the ID nor the name of any of your tunnels", "cloudflared tunnel list"},
       }) {
    const auto event = CloudflareLog(true)(line);
    ASSERT_TRUE(event) << line;
    EXPECT_EQ(event->failure, FailureClass::permanent) << line;
    EXPECT_THAT(event->text, HasSubstr(words));
  }
  EXPECT_FALSE(CloudflareLog(true)("https://a-b.trycloudflare.com")) << "its address is the user's own";
}

class NamedCloudflare : public Cloudflare {
 protected:
  NamedCloudflare() {
    std::ofstream(home / "token") << "eyJhbGciCANARY\n";
    std::ofstream(home / "credentials.json") << R"({"TunnelSecret":"CANARY"})";
    for (const auto* file : {"token", "credentials.json"}) ::chmod((home / file).c_str(), 0600);
    by_token = {
        {"token_file", (home / "token").string()}, {"hostname", "panko.example.com"}, {"port", std::int64_t{21234}}};
    by_file = {{"tunnel", "garden \"x\""},
               {"credentials_file", (home / "credentials.json").string()},
               {"hostname", "panko.example.com"}};
  }
  static Plan plan_of(const ProviderSettings& settings) {
    return value_or_throw(
        find_provider("cloudflare")->plan({.settings = settings, .local_port = 18080, .run_path = "/r/run"}));
  }
  static std::string obstacle(const ProviderSettings& settings) {
    const auto obstacle = obstacle_of(*find_provider("cloudflare"), settings);
    return obstacle ? obstacle->sentence : "none";
  }
  ProviderSettings by_token;
  ProviderSettings by_file;
};

TEST_F(NamedCloudflare, TakesItsTokenFromAFile) {
  EXPECT_EQ(obstacle(by_token), "none");
  const auto plan = plan_of(by_token);
  EXPECT_THAT(plan.arguments, Contains("/dev/null"));
  EXPECT_THAT(plan.arguments, Contains("--token-file"));
  EXPECT_THAT(plan.arguments, Contains((home / "token").string()));
  EXPECT_THAT(plan.arguments, Not(Contains(HasSubstr("CANARY"))));
  EXPECT_THAT(plan.environment, Not(Contains(HasSubstr("CANARY"))));
  EXPECT_THAT(plan.files, IsEmpty());
  EXPECT_EQ(plan.url, "https://panko.example.com");
  EXPECT_TRUE(find_provider("cloudflare")->traits(by_token).stable_url);
  EXPECT_FALSE(find_provider("cloudflare")->traits({}).stable_url);
}

TEST_F(NamedCloudflare, WritesItsOwnIngress) {
  EXPECT_EQ(obstacle(by_file), "none");
  const auto plan = plan_of(by_file);
  EXPECT_THAT(plan.arguments, Contains("/r/run.yml"));
  EXPECT_EQ(plan.arguments.back(), "garden \"x\"");
  ASSERT_EQ(plan.files.size(), 1U);
  EXPECT_EQ(plan.files[0].first, ".yml");
  EXPECT_EQ(plan.files[0].second, "tunnel: \"garden \\\"x\\\"\"\ncredentials-file: \"" +
                                      (home / "credentials.json").string() +
                                      "\"\ningress:\n  - hostname: \"panko.example.com\"\n"
                                      "    service: \"http://127.0.0.1:18080\"\n  - service: \"http_status:404\"\n");
  by_file["protocol"] = std::string("http2");
  EXPECT_THAT(plan_of(by_file).arguments, Contains("http2"));
}

TEST_F(NamedCloudflare, SaysWhatIsWrongWithItsSettings) {
  const auto with = [](ProviderSettings settings, const std::string& key, SettingValue value) {
    settings[key] = std::move(value);
    return settings;
  };
  const auto without = [](ProviderSettings settings, const std::string& key) {
    settings.erase(key);
    return settings;
  };
  EXPECT_THAT(obstacle(with(by_token, "tunnel", std::string("x"))), HasSubstr("keep one of the two"));
  EXPECT_THAT(obstacle(without(by_token, "hostname")), HasSubstr("\"hostname\" is missing"));
  EXPECT_THAT(obstacle(without(by_token, "port")), HasSubstr("\"port\" is missing"));
  EXPECT_THAT(obstacle(without(by_token, "token_file")), HasSubstr("needs a tunnel of your own"));
  EXPECT_THAT(obstacle(without(by_file, "credentials_file")), HasSubstr("belong together"));
  EXPECT_THAT(obstacle(without(by_file, "tunnel")), HasSubstr("belong together"));
  EXPECT_THAT(obstacle(with(by_token, "hostname", std::string("https://x.example/"))), HasSubstr("plain host name"));
  EXPECT_THAT(obstacle(with({}, "protocol", std::string("tcp"))), HasSubstr("http2, quic or auto"));
  EXPECT_THAT(obstacle(with(by_token, "token_file", (home / "none").string())), HasSubstr("Cannot read"));
  EXPECT_THAT(obstacle(with({}, "tokenfile", std::string("x"))), HasSubstr("did you mean \"token_file\"?"));
}

TEST_F(NamedCloudflare, TakesCredentialsOfAnyShapeAndATokenOfOneLine) {
  for (const auto* file : {"token", "credentials.json"})
    std::ofstream(home / file) << "{\n  \"AccountTag\": \"x\",\n  \"TunnelSecret\": \"CANARY\"\n}\n";
  EXPECT_EQ(obstacle(by_file), "none");
  EXPECT_THAT(obstacle(by_token), testing::AllOf(HasSubstr("one line"), Not(HasSubstr("CANARY"))));
}

TEST_F(NamedCloudflare, RefusesASecretThatOthersCanRead) {
  for (const auto& settings : {by_token, by_file}) {
    ::chmod((home / "token").c_str(), 0640);
    ::chmod((home / "credentials.json").c_str(), 0604);
    const auto obstacle = obstacle_of(*find_provider("cloudflare"), settings);
    ASSERT_TRUE(obstacle);
    EXPECT_THAT(obstacle->sentence, HasSubstr("open to other users"));
    EXPECT_THAT(obstacle->command, testing::StartsWith("chmod 600 " + home.string()));
  }
}

class CloudflareProbe : public NamedCloudflare {
 protected:
  Probe ask(std::map<std::string, std::string> answers, const std::string& url, const ProviderSettings& settings = {}) {
    const HttpStub stub(loop, std::move(answers));
    return wait_for(find_provider("cloudflare")->probe({.settings = settings, .control = stub.address(), .url = url}));
  }
  static constexpr const char* kName = R"({"hostname":"a-b.trycloudflare.com"})";
  static constexpr const char* kReady = R"({"status":200,"readyConnections":1,"connectorId":"x"})";
};

TEST_F(CloudflareProbe, IsReadyWhenItsEndpointSaysSo) {
  const auto probe = ask({{"/quicktunnel", kName}, {"/ready", kReady}}, "https://a-b.trycloudflare.com");
  EXPECT_EQ(probe.state, Probe::State::ready);
  EXPECT_EQ(probe.url, "https://a-b.trycloudflare.com");
  EXPECT_EQ(ask({{"/quicktunnel", kName}, {"/ready", kReady}}, "").url, "https://a-b.trycloudflare.com");
}

TEST_F(CloudflareProbe, WaitsWhileItHasNoConnection) {
  const auto probe =
      ask({{"/quicktunnel", kName}, {"/ready", std::string("503 ") + kReady}}, "https://a-b.trycloudflare.com");
  EXPECT_EQ(probe.state, Probe::State::waiting);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("no connection to Cloudflare"));
}

TEST_F(CloudflareProbe, BelievesNobodyElse) {
  const auto* url = "https://other.trycloudflare.com";
  EXPECT_EQ(ask({{"/quicktunnel", kName}, {"/ready", kReady}}, url).state, Probe::State::dead);
  EXPECT_EQ(ask({{"/ready", kReady}}, url).state, Probe::State::dead);
  EXPECT_EQ(ask({{"/quicktunnel", "[]"}, {"/ready", kReady}}, "").state, Probe::State::dead);
  EXPECT_EQ(ask({{"/quicktunnel", R"({"hostname":7})"}, {"/ready", kReady}}, "").state, Probe::State::dead);
  EXPECT_EQ(ask({{"/quicktunnel", kName}, {"/ready", kReady}}, "https://panko.example.com", by_token).state,
            Probe::State::dead);
  EXPECT_EQ(wait_for(find_provider("cloudflare")->probe({.control = "127.0.0.1:1"})).state, Probe::State::dead);
}

TEST_F(CloudflareProbe, OfANamedTunnelHasNoName) {
  const auto probe =
      ask({{"/quicktunnel", R"({"hostname":""})"}, {"/ready", kReady}}, "https://panko.example.com", by_token);
  EXPECT_EQ(probe.state, Probe::State::ready);
  EXPECT_EQ(probe.url, "");
}

}  // namespace
}  // namespace panko
