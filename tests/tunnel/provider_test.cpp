#include "tunnel/provider.hpp"

#include "fixture.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = LogEvent::Kind;

TEST(Providers, EachIsFoundByItsName) {
  for (const auto* provider : all_providers()) {
    EXPECT_EQ(find_provider(provider->name), provider);
    EXPECT_NE(provider->missing, nullptr);
    EXPECT_NE(provider->origin_hosts, nullptr);
    EXPECT_NE(provider->traits, nullptr);
    EXPECT_EQ(provider->has_tunnel, provider->plan != nullptr);
  }
  EXPECT_EQ(find_provider("cloudflar"), nullptr);
  EXPECT_EQ(all_providers().front()->name, "local");
}

TEST(Providers, LocalIsAlwaysThere) {
  EXPECT_FALSE(find_provider("local")->missing({}).has_value());
  EXPECT_FALSE(find_provider("local")->traits({}).is_public);
}

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

}  // namespace
}  // namespace panko
