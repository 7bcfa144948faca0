#include "tunnel/providers/tailscale_cli.hpp"

#include <boost/json.hpp>

#include "base/files.hpp"
#include "fixture.hpp"
#include "tests/support/project_files.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using State = Probe::State;

constexpr const char* kUrl = "https://fern.example.ts.net/panko-18080";

/// Against the fake tailscale, whose state is a file.
class Tailscale : public TunnelFixture {
 protected:
  Tailscale() {
    std::filesystem::create_symlink(test::project_file("tests/support/fake-tailscale"), home / "bin" / "tailscale");
  }
  void state(const std::string& text) const {
    std::ofstream(home / "bin" / "tailscale.state", std::ios::trunc) << text;
  }
  /// What is served, as the fake has it.
  [[nodiscard]] json::value serving() const {
    return json::parse(read_file(home / "bin" / "tailscale.state").value_or("")).at("serving");
  }
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> lines;
    std::ifstream file(home / "bin" / "tailscale.calls");
    for (std::string line; std::getline(file, line);) {
      if (!line.contains("status")) lines.push_back(line);
    }
    return lines;
  }
  static RunContext context(const std::string& url = {}, ProviderSettings settings = {}) {
    return {.settings = std::move(settings), .local_port = 18080, .url = url};
  }
  Probe ask(RunContext wanted) { return wait_for(find_provider("tailscale")->probe(std::move(wanted))); }
  bool clean_up(RunContext wanted) { return wait_for(find_provider("tailscale")->clean_up(std::move(wanted))); }
  static std::string obstacle(const ProviderSettings& settings) {
    const auto found = obstacle_of(*find_provider("tailscale"), settings);
    return found ? found->sentence : "none";
  }

  const ProviderSettings funnel{{"mode", "funnel"}};
};

TEST_F(Tailscale, SaysWhatIsWrongWithItsSettings) {
  EXPECT_EQ(obstacle({}), "none");
  EXPECT_EQ(obstacle({{"mode", "serve"}, {"https_port", std::int64_t{8444}}, {"path", "/a/b-c"}}), "none");
  for (const auto port : {443, 8443, 10000})
    EXPECT_EQ(obstacle({{"mode", "funnel"}, {"https_port", std::int64_t{port}}}), "none");
  EXPECT_THAT(obstacle({{"mode", "funnel"}, {"https_port", std::int64_t{8444}}}), HasSubstr("443, 8443 or 10000"));
  EXPECT_THAT(obstacle({{"mode", "public"}}), HasSubstr("serve (for your tailnet) or funnel"));
  EXPECT_THAT(obstacle({{"https_port", std::int64_t{0}}}), HasSubstr("from 1 to 65535"));
  for (const auto* path : {"", "/", "panko", "/panko/", "/a//b", "/../x", "/a b", "/ä"})
    EXPECT_THAT(obstacle({{"path", path}}), HasSubstr("\"path\" has to begin with a slash")) << path;
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_THAT(obstacle({}), HasSubstr("Tailscale is not installed"));
}

TEST_F(Tailscale, IsForTheTailnetUnlessAskedOtherwise) {
  EXPECT_FALSE(find_provider("tailscale")->traits({}).is_public);
  EXPECT_EQ(find_provider("tailscale")->traits({}).audience, "your tailnet");
  EXPECT_TRUE(find_provider("tailscale")->traits(funnel).is_public);
}

TEST_F(Tailscale, HasNoProcess) {
  const auto plan = value_or_throw(find_provider("tailscale")->plan(context()));
  EXPECT_THAT(plan.arguments, IsEmpty());
  EXPECT_EQ(plan.ready_by, Plan::ReadyBy::probe);
}

TEST_F(Tailscale, MakesItsEntryOnce) {
  auto probe = ask(context());
  EXPECT_EQ(probe.state, State::ready) << probe.failure.sentence;
  EXPECT_EQ(probe.url, kUrl);
  EXPECT_THAT(calls(), ElementsAre("serve --bg --yes --https=443 --set-path=/panko-18080 http://127.0.0.1:18080"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(context(i == 0 ? "" : kUrl)).state, State::ready);
  EXPECT_THAT(calls(), testing::SizeIs(1));
}

TEST_F(Tailscale, MakesItPublicByFunnel) {
  auto settings = funnel;
  settings["https_port"] = std::int64_t{8443};
  settings["path"] = std::string("/garden");
  EXPECT_EQ(ask(context("", settings)).url, "https://fern.example.ts.net:8443/garden");
  EXPECT_THAT(calls(), ElementsAre("funnel --bg --yes --https=8443 --set-path=/garden http://127.0.0.1:18080"));
  EXPECT_TRUE(serving().at("AllowFunnel").at("fern.example.ts.net:8443").as_bool());
}

TEST_F(Tailscale, RemovesItsEntry) {
  ask(context("", funnel));
  EXPECT_TRUE(clean_up(context(kUrl, funnel)));
  EXPECT_EQ(serving(), json::object());
  EXPECT_THAT(calls().back(), testing::StrEq("serve --https=443 --set-path=/panko-18080 off"));
  EXPECT_TRUE(clean_up(context(kUrl, funnel))) << "nothing is left to do";
  EXPECT_THAT(calls(), testing::SizeIs(2));
}

TEST_F(Tailscale, RemovesItsEntryFromWhereItOnceWas) {
  ask(context("", {{"https_port", std::int64_t{8443}}}));
  EXPECT_TRUE(clean_up(context()));
  EXPECT_EQ(serving(), json::object());
}

TEST_F(Tailscale, LeavesWhatIsNotItsOwn) {
  const auto* others = R"({"serving":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":{"Handlers":{)"
                       R"("/":{"Proxy":"http://127.0.0.1:3000"},"/panko-18080":{"Proxy":"http://127.0.0.1:9999"},)"
                       R"("/mine":{"Proxy":"http://127.0.0.1:18080"},"/files":{"Path":"/srv"}}}}}})";
  state(others);
  const auto before = serving();
  const auto probe = ask(context());
  EXPECT_EQ(probe.state, State::failed);
  EXPECT_EQ(probe.failure.kind, FailureClass::permanent);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("serves something else at /panko-18080"));
  EXPECT_TRUE(clean_up(context()));
  EXPECT_EQ(serving(), before);
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Tailscale, LivesBesideOthers) {
  state(R"({"serving":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":{"Handlers":{)"
        R"("/":{"Proxy":"http://127.0.0.1:3000"}}}}}})");
  const auto before = serving();
  EXPECT_EQ(ask(context()).state, State::ready);
  EXPECT_NE(serving(), before);
  EXPECT_TRUE(clean_up(context(kUrl)));
  EXPECT_EQ(serving(), before);
}

TEST_F(Tailscale, TakesAPathWithASlashForTheSame) {
  state(R"({"serving":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":{"Handlers":{)"
        R"("/panko-18080/":{"Path":"/srv"}}}}}})");
  EXPECT_THAT(ask(context()).failure.sentence, HasSubstr("--set-path=/panko-18080/ off"));
}

TEST_F(Tailscale, ClosesNoFunnelOfOthers) {
  state(R"({"serving":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":{"Handlers":{)"
        R"("/":{"Proxy":"http://127.0.0.1:3000"}}}},"AllowFunnel":{"fern.example.ts.net:443":true}}})");
  const auto probe = ask(context());
  EXPECT_EQ(probe.failure.kind, FailureClass::permanent);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("would close it"));
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(ask(context("", funnel)).state, State::ready) << "a second one beside it is fine";
}

TEST_F(Tailscale, OpensNothingOfOthersToTheInternet) {
  state(R"({"serving":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":{"Handlers":{)"
        R"("/":{"Proxy":"http://127.0.0.1:3000"}}}}}})");
  const auto probe = ask(context("", funnel));
  EXPECT_EQ(probe.failure.kind, FailureClass::permanent);
  EXPECT_THAT(probe.failure.sentence, HasSubstr("show them to everybody"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Tailscale, IsNotServedOnWhenSomebodyMadeItPublic) {
  ask(context());
  auto changed = json::parse(read_file(home / "bin" / "tailscale.state").value_or(""));
  changed.at("serving").as_object()["AllowFunnel"] = {{"fern.example.ts.net:443", true}};
  state(json::serialize(changed));
  const auto alone = ask(context(kUrl));
  EXPECT_EQ(alone.state, State::failed);
  EXPECT_EQ(alone.failure.kind, FailureClass::transient) << "it can be closed again: nobody else is there";
  EXPECT_EQ(ask(context()).state, State::ready);
  EXPECT_FALSE(serving().as_object().contains("AllowFunnel"));

  changed.at("serving").at("Web").at("fern.example.ts.net:443").at("Handlers").as_object()["/"] = {
      {"Proxy", "http://127.0.0.1:3000"}};
  state(json::serialize(changed));
  EXPECT_EQ(ask(context(kUrl)).failure.kind, FailureClass::permanent);
}

TEST_F(Tailscale, KnowsItsPlaceWhenTheSettingsHaveChanged) {
  auto run = context("", {{"path", "/garden"}, {"https_port", std::int64_t{8443}}});
  run.control = value_or_throw(find_provider("tailscale")->plan(run)).control;
  EXPECT_EQ(run.control, "8443/garden");
  EXPECT_EQ(ask(run).url, "https://fern.example.ts.net:8443/garden");
  run.settings = {};
  EXPECT_EQ(value_or_throw(find_provider("tailscale")->plan(run)).control, "8443/garden");
  EXPECT_TRUE(clean_up(run));
  EXPECT_EQ(serving(), json::object());
  for (const auto* odd : {"garden", "443", "x/garden", "99999/garden", "/garden"}) {
    run.control = odd;
    EXPECT_EQ(value_or_throw(find_provider("tailscale")->plan(run)).control, "443/panko-18080") << odd;
  }
}

TEST_F(Tailscale, LeavesForegroundCommandsAndForwardedPortsAlone) {
  state(R"({"serving":{"Foreground":{"session":{"TCP":{"443":{"HTTPS":true}},"Web":{"fern.example.ts.net:443":)"
        R"({"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"}}}}}}}})");
  EXPECT_THAT(ask(context()).failure.sentence, HasSubstr("in some terminal"));
  state(R"({"serving":{"TCP":{"443":{"TCPForward":"127.0.0.1:5432"}}}})");
  EXPECT_THAT(ask(context()).failure.sentence, HasSubstr("forwards port 443"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Tailscale, ComesBackWhenItsEntryWasTakenOut) {
  ask(context());
  state("{}");
  const auto probe = ask(context(kUrl));
  EXPECT_EQ(probe.state, State::failed);
  EXPECT_EQ(probe.failure.kind, FailureClass::transient);
  EXPECT_EQ(ask(context()).state, State::ready);
}

TEST_F(Tailscale, WaitsWhileTailscaledIsAway) {
  ask(context());
  for (const auto* away : {R"({"down":true})", R"({"BackendState":"Stopped"})", R"({"BackendState":"Starting"})",
                           R"({"Online":false})", R"({"BackendState":"NeedsLogin"})"}) {
    state(away);
    EXPECT_EQ(ask(context(kUrl)).state, State::waiting) << away;
  }
  state(R"({"down":true})");
  EXPECT_FALSE(clean_up(context(kUrl))) << "whoever asks tries again later";
}

TEST_F(Tailscale, SaysWhyItCannotBegin) {
  struct Case {
    const char* state;
    State result;
    FailureClass kind;
    const char* words;
  };
  for (const auto& [text, result, kind, words] : {
           Case{R"({"down":true})", State::failed, FailureClass::transient, "tailscaled is not running"},
           Case{R"({"BackendState":"NeedsLogin"})", State::failed, FailureClass::permanent, "sudo tailscale up"},
           Case{R"({"BackendState":"NeedsMachineAuth"})", State::failed, FailureClass::permanent, "approve"},
           Case{R"({"BackendState":"Stopped"})", State::failed, FailureClass::transient, "tailscale up"},
           Case{R"({"Online":false})", State::waiting, FailureClass::transient, "no connection"},
           Case{R"({"DNSName":""})", State::failed, FailureClass::permanent, "MagicDNS"},
           Case{R"({"CertDomains":null})", State::failed, FailureClass::permanent, "HTTPS certificates"},
           Case{R"({"serve":"denied"})", State::failed, FailureClass::permanent, "sudo tailscale set --operator=$USER"},
           Case{R"({"serve":"no-https"})", State::failed, FailureClass::permanent, "HTTPS certificates"},
           Case{R"({"serve":"no-funnel"})", State::failed, FailureClass::permanent, "does not allow Funnel"},
           Case{R"({"serve":"shields-up"})", State::failed, FailureClass::permanent, "shields"},
           Case{R"({"serve":"race"})", State::failed, FailureClass::transient, "in this moment"},
           Case{R"({"serve":"old"})", State::failed, FailureClass::permanent, "1.52"},
           Case{R"({"serve":"nothing"})", State::failed, FailureClass::transient, "and does not"},
           Case{R"({"serve":"asks"})", State::failed, FailureClass::permanent,
                "https://login.tailscale.com/f/serve?node=nFAKE"},
       }) {
    state(text);
    const auto probe = ask(context());
    EXPECT_EQ(probe.state, result) << text;
    EXPECT_EQ(probe.failure.kind, kind) << text;
    EXPECT_THAT(probe.failure.sentence, HasSubstr(words)) << text;
    EXPECT_THAT(probe.failure.sentence, EndsWith(".")) << text;
  }
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(ask(context()).state, State::failed);
}

TEST(TailscaleCli, SaysWhereToConsentWhenItWaitedForEver) {
  const auto failure = tailscale_failure({.exit_status = {},
                                          .timed_out = true,
                                          .output = "\nTo enable, visit:\n\n   https://login.example/f?x=1\x1b[0m\n",
                                          .errors = {}});
  EXPECT_EQ(failure.kind, FailureClass::permanent);
  EXPECT_EQ(failure.sentence,
            "Tailscale asks for your consent first: open https://login.example/f?x=1 and share again then.");
  EXPECT_THAT(tailscale_failure({.exit_status = {}, .timed_out = true, .output = {}, .errors = {}}).sentence,
              HasSubstr("in time"));
}

TEST(TailscaleCli, QuotesWhatItDoesNotKnow) {
  const auto failure =
      tailscale_failure({.exit_status = 1,
                         .output = "see https://tailscale.com/kb\n",
                         .errors = "error: a new\x1b[31m problem\n\ntry `tailscale serve --help` for usage info\n"});
  EXPECT_EQ(failure.kind, FailureClass::transient);
  EXPECT_THAT(failure.sentence, HasSubstr("tailscale failed: error: a new"));
  EXPECT_THAT(failure.sentence, Not(HasSubstr("\x1b")));
  EXPECT_EQ(tailscale_failure({.exit_status = 1, .output = {}, .errors = {}}).sentence,
            "tailscale failed without a word.");
}

TEST(TailscaleCli, ReadsItsStatus) {
  const auto node = parse_tailscale_status(
      R"({"BackendState":"Running","Self":{"DNSName":"fern.example.ts.net.","Online":true},"CertDomains":["x"]})");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->backend, "Running");
  EXPECT_EQ(node->dns_name, "fern.example.ts.net");
  EXPECT_TRUE(node->online);
  EXPECT_TRUE(node->has_certificates);
  for (const auto* text : {"", "{}", "[]", "null", "{\"BackendState\":", "7"})
    EXPECT_FALSE(parse_tailscale_status(text)) << text;
  const auto odd = parse_tailscale_status(R"({"BackendState":7,"Self":[],"CertDomains":{}})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->backend, "");
}

TEST(TailscaleCli, ReadsWhatIsServed) {
  EXPECT_THAT(parse_tailscale_serving("null").value_or(TailscaleServing{.mounts = {{}}}).mounts, IsEmpty());
  EXPECT_THAT(parse_tailscale_serving("{}").value_or(TailscaleServing{.mounts = {{}}}).mounts, IsEmpty());
  for (const auto* text : {"", "[]", "7", "{"}) EXPECT_FALSE(parse_tailscale_serving(text)) << text;
  const auto odd = parse_tailscale_serving(
      R"({"Web":{"x":{"Handlers":{"/":7}},"y:z":7,":":{"Handlers":[]}},"AllowFunnel":{"x:1":7,"x:2":false,"x:3":true},)"
      R"("TCP":{"x":{"TCPForward":"y"},"80":[]},"Foreground":{"a":7}})");
  ASSERT_TRUE(odd);
  ASSERT_EQ(odd->mounts.size(), 1U);
  EXPECT_EQ(odd->mounts[0].port, 0);
  EXPECT_THAT(odd->public_ports, ElementsAre(3));
}

}  // namespace
}  // namespace panko
