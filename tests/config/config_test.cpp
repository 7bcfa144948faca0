#include "config/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace panko {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto config = parse_config(text, "config.toml");
  return config ? "" : config.error().message;
}

TEST(Config, HasDefaults) {
  const auto config = parse_config("", "config.toml");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->default_provider);
  EXPECT_FALSE(config->default_port);
  EXPECT_EQ(config->default_expiry, std::chrono::days{7});
  EXPECT_EQ(config->max_shares, 100U);
  EXPECT_EQ(config->log_level, LogLevel::info);
}

TEST(Config, AMissingFileIsAnEmptyOne) {
  ASSERT_TRUE(load_config("/nonexistent/panko/config.toml"));
}

TEST(Config, ReadsEverySetting) {
  const auto config = parse_config(R"(
default_provider = "cloudflare"
default_port = 4100
default_expiry = "never"
max_shares = 5
log_level = "debug"
[providers.cloudflare]
program = "/opt/cloudflared"
quiet = true
[providers.ssh]
port = 2222
options = ["-4", "-C"]
[providers.local]
)",
                                   "config.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->default_provider, "cloudflare");
  EXPECT_EQ(config->default_port, 4100);
  EXPECT_FALSE(config->default_expiry);
  EXPECT_EQ(config->max_shares, 5U);
  EXPECT_EQ(config->log_level, LogLevel::debug);
  ASSERT_EQ(config->providers.size(), 3U);
  EXPECT_EQ(config->providers.at("cloudflare").at("program"), SettingValue("/opt/cloudflared"));
  EXPECT_EQ(config->providers.at("cloudflare").at("quiet"), SettingValue(true));
  EXPECT_EQ(config->providers.at("ssh").at("port"), SettingValue(std::int64_t{2222}));
  EXPECT_EQ(config->providers.at("ssh").at("options"), SettingValue(std::vector<std::string>{"-4", "-C"}));
}

TEST(Config, RefusesAnUnknownKeyWithTheNearestRightOne) {
  EXPECT_EQ(error_of("max_shares = 1\n\ndefualt_port = 4000\n"),
            "config.toml, line 3: There is no setting \"defualt_port\"; did you mean \"default_port\"?");
  EXPECT_THAT(error_of("[provider.ssh]\nhost = 1\n"), HasSubstr("did you mean \"providers\"?"));
  EXPECT_THAT(error_of("zzzzzzzz = 1"), HasSubstr("there are default_provider, default_port,"));
}

TEST(Config, RefusesValuesThatMakeNoSense) {
  EXPECT_THAT(error_of("default_port = 80"), HasSubstr("default_port must be a port from 1024 to 65535."));
  EXPECT_THAT(error_of("default_port = 65536"), HasSubstr("1024 to 65535"));
  EXPECT_THAT(error_of("default_port = \"4000\""), HasSubstr("1024 to 65535"));
  EXPECT_THAT(error_of("default_expiry = \"soon\""), HasSubstr("duration"));
  EXPECT_THAT(error_of("default_expiry = \"0d\""), HasSubstr("duration"));
  EXPECT_THAT(error_of("default_expiry = 7"), HasSubstr("duration"));
  EXPECT_THAT(error_of("max_shares = 0"), HasSubstr("max_shares must be a number from 1"));
  EXPECT_THAT(error_of("max_shares = -1"), HasSubstr("max_shares must be a number from 1"));
  EXPECT_THAT(error_of("log_level = \"loud\""), HasSubstr("\"debug\""));
  EXPECT_THAT(error_of("default_provider = 1"), HasSubstr("name of a provider"));
  EXPECT_THAT(error_of("[max_shares]\nx = 1"), HasSubstr("must be one value"));
  EXPECT_THAT(error_of("providers = 1"), HasSubstr("[providers.NAME]"));
  EXPECT_THAT(error_of("providers.ssh = 1"), HasSubstr("[providers.NAME]"));
  EXPECT_THAT(error_of("providers.ssh.a.b = 1"), HasSubstr("a provider's setting is"));
  EXPECT_THAT(error_of("[providers.ssh]\na = 1.5"), HasSubstr("a provider's setting is"));
}

TEST(Config, SaysWhereTheFileIsNoToml) {
  EXPECT_THAT(error_of("max_shares = 1\nlog_level = \n"), HasSubstr("config.toml, line 2: this is not TOML"));
  EXPECT_THAT(error_of("a = \"\x1b]0;x\""), testing::Not(HasSubstr("\x1b")));
  EXPECT_NE(error_of(std::string("a = \xff\xfe\0", 7)), "");
}

}  // namespace
}  // namespace panko
