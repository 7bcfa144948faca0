#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    std::string name = testing::TempDir() + "panko-settings-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    file_ = directory_ / "config.toml";
  }
  ~SettingsTest() override { fs::remove_all(directory_); }

  void write(std::string_view text) const { std::ofstream(file_) << text; }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << std::ifstream(file_).rdbuf();
    return out.str();
  }
  [[nodiscard]] std::string set(std::string_view key, std::string_view value) const {
    const auto result = set_setting(file_, key, value);
    return result ? "" : result.error().message;
  }

  fs::path directory_;
  fs::path file_;
};

constexpr std::string_view kCommented = R"(# Mine, do not touch.

default_provider = "local"   # safe – until Friday
max_shares=10

[providers.ssh]  # the jump host
host = "example.org"

# the end
)";

TEST_F(SettingsTest, ReplacesOneValueAndKeepsEveryOtherByte) {
  write(kCommented);
  ASSERT_EQ(set("default_provider", "cloudflare"), "");
  ASSERT_EQ(set("max_shares", "20"), "");
  ASSERT_EQ(set("providers.ssh.host", "example.com"), "");
  EXPECT_EQ(text(), R"(# Mine, do not touch.

default_provider = "cloudflare"   # safe – until Friday
max_shares=20

[providers.ssh]  # the jump host
host = "example.com"

# the end
)");
}

TEST_F(SettingsTest, PutsANewKeyWhereItBelongs) {
  write(kCommented);
  ASSERT_EQ(set("log_level", "debug"), "");
  ASSERT_EQ(set("providers.ssh.port", "2222"), "");
  ASSERT_EQ(set("providers.cloudflare.program", "/opt/c"), "");
  EXPECT_EQ(text(), R"(# Mine, do not touch.

default_provider = "local"   # safe – until Friday
max_shares=10
log_level = "debug"

[providers.ssh]  # the jump host
port = 2222
host = "example.org"

# the end

[providers.cloudflare]
program = "/opt/c"
)");
}

TEST_F(SettingsTest, UnsetTakesTheLineAway) {
  write(kCommented);
  EXPECT_TRUE(unset_setting(file_, "default_provider").value());
  EXPECT_TRUE(unset_setting(file_, "providers.ssh.host").value());
  EXPECT_FALSE(unset_setting(file_, "default_port").value());
  EXPECT_EQ(text(), "# Mine, do not touch.\n\nmax_shares=10\n\n[providers.ssh]  # the jump host\n\n# the end\n");
}

TEST_F(SettingsTest, MakesThePrivateFile) {
  file_ = directory_ / "new" / "config.toml";
  ASSERT_EQ(set("default_expiry", "12h"), "");
  EXPECT_EQ(text(), "default_expiry = \"12h\"\n");
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat(file_.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(SettingsTest, FollowsALinkToDotfiles) {
  std::ofstream(directory_ / "dotfile.toml") << "max_shares = 1";
  fs::create_symlink(directory_ / "dotfile.toml", file_);
  ASSERT_EQ(set("log_level", "error"), "");
  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_EQ(text(), "max_shares = 1\nlog_level = \"error\"\n");
}

TEST_F(SettingsTest, RefusesWhatIsWrongAndLeavesTheFileAlone) {
  write(kCommented);
  EXPECT_THAT(set("max_share", "1"), HasSubstr("did you mean \"max_shares\"?"));
  EXPECT_EQ(set("max_shares", "many"), "max_shares must be a number from 1 to 100000.");
  EXPECT_THAT(set("default_port", "99999"), HasSubstr("1024 to 65535"));
  EXPECT_THAT(set("default_expiry", "1 week"), HasSubstr("duration"));
  EXPECT_THAT(set("providers.ssh", "x"), HasSubstr("providers.NAME.KEY"));
  EXPECT_THAT(set("providers..x", "x"), HasSubstr("providers.NAME.KEY"));
  EXPECT_THAT(set("max_shares.x", "1"), HasSubstr("There is no setting"));
  EXPECT_EQ(text(), kCommented);
}

TEST_F(SettingsTest, SaysSoWhenAChangeInPlaceIsNotPossible) {
  const std::string inline_table = "providers = { ssh = { host = \"a\", user = \"u\" } }\n";
  write(inline_table);
  EXPECT_THAT(set("providers.ssh.port", "1"), HasSubstr("edit it with a text editor"));
  EXPECT_FALSE(unset_setting(file_, "providers.ssh.host"));
  EXPECT_EQ(text(), inline_table);
  ASSERT_EQ(set("providers.ssh.host", "b"), "");
  EXPECT_EQ(text(), "providers = { ssh = { host = \"b\", user = \"u\" } }\n");
}

TEST_F(SettingsTest, KeepsHostileValuesAsText) {
  const std::string value = "a\"b\\c\n\x1b[31m\x7f";
  ASSERT_EQ(set("providers.command.line", value), "");
  const auto back = get_setting(file_, "providers.command.line");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->value, SettingValue(value));
  EXPECT_EQ(text().find('\x1b'), std::string::npos);
}

TEST_F(SettingsTest, ListsDefaultsToo) {
  write(kCommented);
  const auto settings = list_settings(file_);
  ASSERT_TRUE(settings);
  ASSERT_EQ(settings->size(), setting_rules().size() + 1);
  EXPECT_EQ((*settings)[0].key, "default_provider");
  EXPECT_FALSE((*settings)[0].is_default);
  EXPECT_EQ((*settings)[1].key, "default_port");
  EXPECT_FALSE((*settings)[1].value);
  EXPECT_EQ((*settings)[2].value, SettingValue("7d"));
  EXPECT_TRUE((*settings)[2].is_default);
  EXPECT_EQ(settings->back().key, "providers.ssh.host");
}

TEST_F(SettingsTest, GetsOne) {
  EXPECT_EQ(get_setting(file_, "max_shares")->value, SettingValue(std::int64_t{100}));
  EXPECT_FALSE(get_setting(file_, "providers.ssh.host")->value);
  EXPECT_FALSE(get_setting(file_, "nonsense"));
}

}  // namespace
}  // namespace panko
