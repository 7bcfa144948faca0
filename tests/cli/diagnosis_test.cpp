#include "cli/diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "protocol/address.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DiagnosisTest : public testing::Test {
 protected:
  DiagnosisTest() {
    ::umask(077);
    ::setenv("PANKO_HOME", home_.c_str(), 1);
    places_ = find_places().value();
  }
  ~DiagnosisTest() override { ::unsetenv("PANKO_HOME"); }

  /// What one check found; a finding that is not there is its name alone.
  Finding found(const std::string& check) const {
    const auto at = std::ranges::find(findings_, check, &Finding::check);
    return at == findings_.end() ? Finding{.level = Level::problem, .check = check, .sentence = "nothing"} : *at;
  }
  void look_at_files() {
    findings_.clear();
    check_files(places_, findings_);
  }
  void make_home() const { fs::create_directory(home_); }
  Fd listen() const {
    Fd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = protocol::socket_address(places_.socket).value();
    EXPECT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener.get(), 5), 0);
    return listener;
  }

  test::TempDir dir_;
  fs::path home_ = dir_.path() / "home";
  Places places_;
  Findings findings_;
};

TEST_F(DiagnosisTest, NothingThereIsNoProblem) {
  look_at_files();
  for (const Finding& finding : findings_) EXPECT_EQ(finding.level, Level::ok) << finding.sentence;
  EXPECT_THAT(found("state").sentence, HasSubstr("is made when it is needed"));
  EXPECT_FALSE(fs::exists(home_)) << "looking makes nothing";
}

TEST_F(DiagnosisTest, AnOpenDirectoryIsClosedByOneCommand) {
  make_home();
  ::chmod(home_.c_str(), 0755);
  look_at_files();
  EXPECT_EQ(found("state").level, Level::problem);
  EXPECT_EQ(found("state").mend, "chmod 700 " + home_.native());
  ::chmod(home_.c_str(), 0700);
  look_at_files();
  EXPECT_EQ(found("state").level, Level::ok);
}

TEST_F(DiagnosisTest, AFileOrALinkIsNoDirectory) {
  dir_.write("home", "");
  look_at_files();
  EXPECT_THAT(found("state").sentence, HasSubstr("has to be a directory"));
  fs::remove(home_);
  fs::create_directory_symlink(dir_.path(), home_);
  look_at_files();
  EXPECT_EQ(found("state").level, Level::problem);
}

TEST_F(DiagnosisTest, FilesThatOthersMayOpenAreNamed) {
  make_home();
  dir_.write("home/state.db", "");
  dir_.write("home/tunnels/a b.json", "");
  look_at_files();
  EXPECT_EQ(found("files").level, Level::ok) << found("files").sentence;
  ::chmod((home_ / "state.db").c_str(), 0640);
  ::chmod((home_ / "tunnels/a b.json").c_str(), 0604);
  look_at_files();
  EXPECT_EQ(found("files").level, Level::warning);
  EXPECT_THAT(*found("files").mend, HasSubstr("chmod go= "));
  EXPECT_THAT(*found("files").mend, HasSubstr("/state.db"));
  EXPECT_THAT(*found("files").mend, HasSubstr("/tunnels/a b.json'"));
}

TEST_F(DiagnosisTest, ASocketPathThatIsTooLongIsAProblem) {
  places_.socket = "/" + std::string(120, 'x');
  look_at_files();
  EXPECT_EQ(found("socket").level, Level::problem);
  EXPECT_THAT(found("socket").sentence, HasSubstr("at most 107"));
}

TEST_F(DiagnosisTest, ErrorsOfTheLastDayAreCounted) {
  make_home();
  dir_.write("home/daemon.log", "2001-01-01T00:00:00.000Z error long ago\n" + to_iso8601(wall_now()) + " error now\n");
  look_at_files();
  EXPECT_EQ(found("log").level, Level::warning);
  EXPECT_THAT(found("log").sentence, HasSubstr("1 error within a day"));
  EXPECT_EQ(found("log").mend, "panko logs");
}

TEST_F(DiagnosisTest, ConfigurationThatIsNotUnderstood) {
  make_home();
  EXPECT_TRUE(check_config(places_, findings_));
  EXPECT_EQ(found("config").level, Level::ok);
  findings_.clear();
  dir_.write("home/config.toml", "defualt_port = 7000\n");
  EXPECT_FALSE(check_config(places_, findings_));
  EXPECT_EQ(found("config").level, Level::problem);
  EXPECT_THAT(found("config").sentence, HasSubstr("default_port"));
  findings_.clear();
  dir_.write("home/config.toml", "= \x1b");
  EXPECT_FALSE(check_config(places_, findings_));
  EXPECT_EQ(found("config").level, Level::problem);
}

TEST_F(DiagnosisTest, NoDaemonIsNoProblem) {
  const DaemonView view = check_daemon(places_, findings_);
  EXPECT_FALSE(view.status);
  EXPECT_EQ(found("daemon").level, Level::info);
  EXPECT_EQ(found("daemon").mend, "panko serve");
}

TEST_F(DiagnosisTest, WhatIsNoSocketIsAProblem) {
  make_home();
  dir_.write("home/daemon.sock", "");
  EXPECT_FALSE(check_daemon(places_, findings_).status);
  EXPECT_EQ(found("daemon").level, Level::problem);
  EXPECT_THAT(found("daemon").sentence, HasSubstr("is not a socket"));
}

TEST_F(DiagnosisTest, ADaemonThatDoesNotAnswerIsAProblem) {
  make_home();
  const Fd listener = listen();
  EXPECT_FALSE(check_daemon(places_, findings_).status);
  EXPECT_EQ(found("daemon").level, Level::problem);
  EXPECT_EQ(found("daemon").mend, "kill -9 " + std::to_string(::getpid()));
}

TEST_F(DiagnosisTest, ADaemonThatCutsConnectionsIsNotToBeKilled) {
  make_home();
  const Fd listener = listen();
  std::jthread cutting([&listener] {
    for (int i = 0; i < 3; ++i) Fd{::accept(listener.get(), nullptr, nullptr)}.reset();
  });
  EXPECT_FALSE(check_daemon(places_, findings_).status);
  EXPECT_EQ(found("daemon").level, Level::problem);
  EXPECT_EQ(found("daemon").mend, "panko logs");
}

protocol::ProviderInfo provider(std::string name, bool available) {
  protocol::ProviderInfo info;
  info.name = std::move(name);
  info.available = available;
  info.audience = "anyone with the link";
  if (!available) info.missing = "It is not installed.";
  return info;
}

TEST_F(DiagnosisTest, AMissingProviderMattersWhereItIsUsed) {
  DaemonView daemon;
  daemon.status.emplace();
  daemon.providers = {provider("local", true), provider("ngrok", false)};
  daemon.providers[1].mend = "install ngrok";
  const auto level = [&](const Config& config) {
    findings_.clear();
    check_sharing(daemon, config, "", findings_);
    return found("provider ngrok").level;
  };
  EXPECT_EQ(level({}), Level::info);
  EXPECT_EQ(found("provider ngrok").mend, "install ngrok");
  EXPECT_EQ(found("provider local").level, Level::ok);
  EXPECT_THAT(found("provider local").sentence, HasSubstr("anyone with the link; the link changes"));
  Config config;
  config.providers["ngrok"];
  EXPECT_EQ(level(config), Level::warning);
  daemon.status->default_provider = "ngrok";
  EXPECT_EQ(level({}), Level::problem);
  daemon.status->default_provider = "local";
  daemon.shares.emplace_back();
  daemon.shares[0].provider_name = "ngrok";
  daemon.shares[0].status = "error";
  EXPECT_EQ(level({}), Level::problem);
  EXPECT_THAT(found("shares").sentence, HasSubstr("1 of 1 share does not work now"));
}

TEST_F(DiagnosisTest, TellsTheDaemonsPathFromTheShells) {
  ::chmod(dir_.write("ours/ngrok", "#!/bin/sh\n").c_str(), 0700);
  const std::string ours = (dir_.path() / "ours").native();
  DaemonView daemon;
  daemon.status.emplace();
  daemon.status->search_path = "/nowhere";
  daemon.providers = {provider("ngrok", false)};
  daemon.providers[0].program = "ngrok";
  check_sharing(daemon, Config{}, ours, findings_);
  EXPECT_EQ(found("provider ngrok").level, Level::warning);
  EXPECT_THAT(found("provider ngrok").sentence, HasSubstr("This shell finds ngrok (" + ours + "/ngrok)"));
  EXPECT_EQ(found("provider ngrok").mend, "panko serve --restart");
  findings_.clear();
  daemon.status->search_path = ours;
  check_sharing(daemon, Config{}, ours, findings_);
  EXPECT_EQ(found("provider ngrok").sentence, "It is not installed.") << "it is there; something else is wrong";
}

TEST_F(DiagnosisTest, TunnelsThatAreNotUp) {
  DaemonView daemon;
  daemon.status.emplace();
  daemon.status->tunnels = {{.provider = "ssh", .state = "failed", .shares = 2, .reason = "The key was refused"},
                            {.provider = "cloudflare", .state = "backoff", .shares = 1},
                            {.provider = "ngrok", .state = "ready", .shares = 1}};
  check_sharing(daemon, Config{}, "", findings_);
  EXPECT_EQ(found("tunnel ssh").level, Level::problem);
  EXPECT_EQ(found("tunnel ssh").sentence, "Down until you act: The key was refused. 2 shares have no link meanwhile.");
  EXPECT_EQ(found("tunnel cloudflare").level, Level::warning);
  EXPECT_EQ(found("tunnels").sentence, "1 tunnel is up.");
}

TEST_F(DiagnosisTest, LiveSharesAreCounted) {
  DaemonView daemon;
  daemon.status.emplace();
  daemon.shares.resize(3);
  for (auto& share : daemon.shares) share.status = "active";
  check_sharing(daemon, Config{}, "", findings_);
  EXPECT_EQ(std::ranges::count(findings_, "live shares", &Finding::check), 0);
  daemon.shares[1].live = true;
  daemon.shares[2].live = true;
  daemon.shares[2].status = "stopped";
  check_sharing(daemon, Config{}, "", findings_);
  EXPECT_EQ(found("live shares").sentence, "1 share is live: what is said later in a session is published too.");
  EXPECT_EQ(found("live shares").level, Level::ok);
}

TEST_F(DiagnosisTest, ADefaultProviderThatDoesNotExist) {
  DaemonView daemon;
  daemon.providers = {provider("local", true)};
  Config config;
  config.default_provider = "cluodflare";
  check_sharing(daemon, config, "", findings_);
  EXPECT_EQ(found("config").level, Level::problem);
  EXPECT_EQ(found("config").mend, "panko config unset default_provider");
}

}  // namespace
}  // namespace panko::cli
