#include <sys/stat.h>

#include "fixture.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using List = std::vector<std::string>;

class CommandProvider : public TunnelFixture {
 protected:
  static std::string obstacle(const ProviderSettings& settings) {
    const auto found = obstacle_of(command(), settings);
    return found ? found->sentence : "none";
  }
  static Plan planned(ProviderSettings settings) {
    RunContext context;
    context.settings = std::move(settings);
    context.local_port = 18080;
    return value_or_throw(command().plan(context));
  }
  /// The URL that is found in a line of its output.
  static std::string found(const std::string& pattern, const std::string& line, const std::string& url = {}) {
    ProviderSettings settings{{"argv", List{"sh", "{port}"}}, {"url_pattern", pattern}};
    if (!url.empty()) settings["url"] = url;
    EXPECT_EQ(obstacle(settings), "none");
    const auto event = planned(settings).read_line(line);
    return event ? event->text : "nothing";
  }
  std::string file(const std::string& text, mode_t mode = 0600) {
    const auto path = home / "env";
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path.string();
  }
  static const Provider& command() { return *find_provider("command"); }
};

TEST_F(CommandProvider, SaysWhatIsMissing) {
  ProviderSettings settings;
  EXPECT_THAT(obstacle(settings), HasSubstr("\"argv\" is not set"));
  settings["argv"] = List{"no-such-program-of-panko"};
  EXPECT_THAT(obstacle(settings), HasSubstr("is not on the daemon's PATH"));
  settings["argv"] = List{"./sh"};
  EXPECT_THAT(obstacle(settings), HasSubstr("give the whole path"));
  settings["argv"] = List{"/no/such/program"};
  EXPECT_THAT(obstacle(settings), HasSubstr("is no program that can be run"));
  settings["argv"] = List{"sh", "-c", "exit"};
  EXPECT_THAT(obstacle(settings), HasSubstr("say {port} in \"argv\", or set \"port\""));
  settings["port"] = std::int64_t{21080};
  EXPECT_THAT(obstacle(settings), HasSubstr("Neither"));
  settings.erase("port");
  settings["argv"] = List{"sh", "-c", "exit", "http://127.0.0.1:{port}"};
  EXPECT_THAT(obstacle(settings), HasSubstr("Neither \"url_pattern\" nor \"url\" is set"));
  settings["url"] = "http://{1}";
  EXPECT_THAT(obstacle(settings), HasSubstr("\"url\" has to be like"));
  settings["url_pattern"] = "(";
  EXPECT_THAT(obstacle(settings), HasSubstr("no regular expression of RE2: missing ): ("));
  settings["url_pattern"] = "listening at (.*)";
  EXPECT_EQ(obstacle(settings), "none");
  settings["url"] = "ssh://{1}";
  EXPECT_THAT(obstacle(settings), HasSubstr("has to begin with http://"));
  settings["url"] = "https://fixed.example.com";
  settings["env_file"] = file("A=b\n", 0644);
  EXPECT_THAT(obstacle(settings), HasSubstr("open to other users: run chmod 600"));
  settings["env_file"] = file("A=b\nno variable\n");
  EXPECT_THAT(obstacle(settings), HasSubstr("line 2 is not NAME=value"));
  settings["env_file"] = file("PANKO_RUN_ID=x\n");
  EXPECT_THAT(obstacle(settings), HasSubstr("line 1"));
  settings["env_file"] = file("A=b\n\n# remark\nTOKEN=s3cret = x\r\n");
  EXPECT_EQ(obstacle(settings), "none");
  EXPECT_THAT(planned(settings).environment, ElementsAre("A=b", "TOKEN=s3cret = x"));
}

TEST_F(CommandProvider, NeedsCurlWhereOnlyTheUrlIsKnown) {
  std::filesystem::create_symlink("/bin/sh", home / "bin" / "sh");
  ::setenv("PATH", (home / "bin").c_str(), 1);
  EXPECT_THAT(obstacle({{"argv", List{"sh", "{port}"}}, {"url", "https://a.example"}}), HasSubstr("needs curl"));
}

TEST_F(CommandProvider, ReplacesThePort) {
  const auto plan =
      planned({{"argv", List{"bore", "local", "{port}", "x={port}:{port}"}}, {"url_pattern", "listening at (.*)"}});
  EXPECT_THAT(plan.arguments, ElementsAre("bore", "local", "18080", "x=18080:18080"));
  EXPECT_EQ(plan.ready_by, Plan::ReadyBy::log);
  const auto fixed = planned({{"argv", List{"frpc"}}, {"url", "https://a.example/"}});
  EXPECT_EQ(fixed.ready_by, Plan::ReadyBy::public_url);
  EXPECT_EQ(fixed.url, "https://a.example");
}

TEST_F(CommandProvider, FindsTheUrlInItsOutput) {
  EXPECT_EQ(found("your url is: (https?://\\S+)", "your url is: https://a.loca.lt"), "https://a.loca.lt");
  EXPECT_EQ(found("https://\\S+\\.example\\.com", "\x1b[1mgo to https://a.example.com\x1b[0m now"),
            "https://a.example.com");
  EXPECT_EQ(found("listening at (\\S+)", "listening at bore.example.com:4711", "http://{1}"),
            "http://bore.example.com:4711");
  EXPECT_EQ(found("up and running", "INFO up and running", "https://fixed.example.com"), "https://fixed.example.com");
  EXPECT_EQ(found("(https://\\S+)|x", "x"), "nothing");
  EXPECT_EQ(found("url (.*)", "url javascript:alert(1)"), "nothing");
  EXPECT_EQ(found("url (.*)", "url https://a.example/\"><script>"), "nothing");
  EXPECT_EQ(found("at (.*)", "at x.example/?a=<b>", "http://{1}"), "nothing");
}

// Later ones may be what a visitor asked for.
TEST_F(CommandProvider, TakesTheFirstUrlOfARun) {
  RunContext context;
  context.settings = {{"argv", List{"sh"}}, {"url_pattern", "https://\\S+"}};
  const auto first = value_or_throw(command().plan(context)).read_line;
  EXPECT_TRUE(first("https://a.example").has_value());
  EXPECT_FALSE(first("GET /https://evil.example").has_value());
  context.url = "https://a.example";  // of a run that is adopted
  EXPECT_FALSE(value_or_throw(command().plan(context)).read_line("https://evil.example").has_value());
}

TEST_F(CommandProvider, IsLinearInWhateverIsPrinted) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(found("(a|aa)+(a|aa)+(a|aa)+$", std::string(std::size_t{1} << 20, 'a') + "b"), "nothing");
  EXPECT_EQ(found("(https?://[^ ]+)", std::string(std::size_t{1} << 20, ':')), "nothing");
  EXPECT_EQ(found("(.*)", std::string(std::size_t{1} << 20, '\xff')), "nothing");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

TEST_F(CommandProvider, SaysWhoCanRead) {
  EXPECT_TRUE(command().traits({}).is_public);
  EXPECT_FALSE(command().traits({{"public", false}}).is_public);
  EXPECT_FALSE(command().traits({}).stable_url);
  EXPECT_TRUE(command().traits({{"stable", true}}).stable_url);
  EXPECT_THAT(command().origin_hosts({{"hosts", List{"inner"}}}, "https://a.example"),
              ElementsAre("inner", "a.example", "localhost", "127.0.0.1"));
}

}  // namespace
}  // namespace panko
