#include "tunnel/tunnel.hpp"

#include <sys/wait.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "base/files.hpp"
#include "fixture.hpp"
#include "tunnel/process.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class TunnelTest : public TunnelFixture {
 protected:
  [[nodiscard]] TunnelSetup setup(TunnelTimes times = {}) const {
    TunnelSetup result;
    result.provider = find_provider("cloudflare");
    result.tunnels_dir = tunnels();
    result.local_port = 18080;
    result.times = times;
    return result;
  }
  Tunnel make_tunnel(TunnelTimes times = {}) {
    return Tunnel(loop, setup(times), [this](const TunnelStatus& status) {
      if (status.state == TunnelState::ready) heard.push_back("up " + status.url);
      if (status.state == TunnelState::backoff) heard.push_back("down " + status.reason);
      if (status.state == TunnelState::failed) heard.push_back("gone " + status.reason);
    });
  }
  std::vector<std::string> heard;
};

TEST_F(TunnelTest, GivesTheUrlOnceItIsConnected) {
  scenario("ready some-words.trycloudflare.com");
  auto tunnel = make_tunnel();
  EXPECT_EQ(wait_for(tunnel.start()), "https://some-words.trycloudflare.com");
  const auto pid = tunnel.status().pid;
  EXPECT_TRUE(is_alive(pid));
  wait_for(tunnel.stop());
  EXPECT_FALSE(is_alive(pid));
  EXPECT_EQ(tunnel.status().pid, 0);
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_THAT(heard, IsEmpty());
}

TEST_F(TunnelTest, TheUrlAloneIsNotEnough) {
  make_fifo("connect");
  scenario("request\nurl a.trycloudflare.com\nmetrics\nwait connect\nregistered");
  auto tunnel = make_tunnel();
  tunnel.start_in_background();
  // The metrics line comes behind the URL: when the record has its address, the URL was read.
  EXPECT_TRUE(run_until([&] {
    const auto record = file_with(".json");
    return !record.empty() && read_file(record).value_or("").contains("control");
  }));
  EXPECT_THAT(heard, IsEmpty());
  release("connect");
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre("up https://a.trycloudflare.com"));
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, ReadsAnAddressThatComesInPieces) {
  make_fifo("first");
  make_fifo("second");
  scenario(
      "raw 2026-05-29T09:25:34Z INF |  https://torn-na\nwait first\nraw me.trycloudflare.com\nwait second\n"
      "raw   |\\r\\n\nregistered");
  auto tunnel = make_tunnel();
  std::thread releaser([&] {
    release("first");
    release("second");
  });
  EXPECT_EQ(wait_for(tunnel.start()), "https://torn-name.trycloudflare.com");
  releaser.join();
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, ReadsTheLogOfOldBinaries) {
  // They do not know the variable that asks for JSON, and log text.
  scenario(
      "raw 2023-05-29T09:25:34Z INF |  https://old.trycloudflare.com   |\\n"
      "2023-05-29T09:25:35Z INF Registered tunnel connection connIndex=0 event=0\\n");
  auto tunnel = make_tunnel();
  EXPECT_EQ(wait_for(tunnel.start()), "https://old.trycloudflare.com");
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, ASilentProgramIsEndedAtTheDeadline) {
  scenario("request");
  auto tunnel = make_tunnel({.start = 300ms});
  EXPECT_THAT(failure_of(tunnel.start()), StartsWith("cloudflared printed no address within 0.3 s"));
  EXPECT_EQ(tunnel.status().pid, 0);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, AnAddressWithoutConnectionIsEndedAtTheDeadline) {
  scenario("ignore-term\nrequest\nurl x.trycloudflare.com");
  std::string failure = "printed no address";
  for (auto time = 250ms; failure.contains("printed no address") && time < 20s; time *= 4) {  // a busy machine is slow
    auto tunnel = make_tunnel({.start = time, .stop = 20ms});
    failure = failure_of(tunnel.start());
  }
  EXPECT_THAT(failure, StartsWith("cloudflared got an address, but could not connect it within"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, FailuresOfTheFirstStartAreSaidAndLeaveNothing) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"rate-limited", "Cloudflare limits how many quick tunnels"},
      {"no-network", "cloudflared cannot reach Cloudflare"},
      {"service-broken", "Cloudflare's quick tunnel service is out of order"},
      {"bad-usage", "does not understand how panko calls it"},
      {"exit 3", "cloudflared ended with status 3."},
      {"raw \\x1b[31mI \\x07gave up, https://x.trycloudflare.com/s/SECRET/a\nexit 4",
       "cloudflared ended with status 4: ␛[31mI ␇gave up, https://x.trycloudflare.com/s/.../a"},
  };
  for (const auto& [text, expected] : cases) {
    scenario(text);
    auto tunnel = make_tunnel();
    EXPECT_THAT(failure_of(tunnel.start()), HasSubstr(expected)) << text;
    EXPECT_EQ(tunnel.status().pid, 0);
    EXPECT_THAT(files(), IsEmpty());
  }
  EXPECT_THAT(heard, IsEmpty());
}

TEST_F(TunnelTest, AStartMayBeTriedAgain) {
  scenario("exit 1");
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel.start()), HasSubstr("status 1"));
  scenario("ready b.trycloudflare.com");
  EXPECT_EQ(wait_for(tunnel.start()), "https://b.trycloudflare.com");
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, AMissingProgramIsSaid) {
  std::filesystem::remove(home / "bin" / "cloudflared");
  ::setenv("PATH", (home / "bin").c_str(), 1);
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel.start()), StartsWith("cloudflared is not installed"));
}

TEST_F(TunnelTest, AProgramThatCannotBeRunIsSaid) {
  std::filesystem::remove(home / "bin" / "cloudflared");
  std::ofstream(home / "bin" / "cloudflared") << "no program\n";
  ::chmod((home / "bin" / "cloudflared").c_str(), 0700);
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel.start()), HasSubstr("Exec format error"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, ComesBackAfterItsProcessDied) {
  scenario("ready first.trycloudflare.com");
  auto tunnel = make_tunnel({.first_retry = 1ms});
  EXPECT_EQ(wait_for(tunnel.start()), "https://first.trycloudflare.com");
  scenario("ready second.trycloudflare.com");
  ::kill(tunnel.status().pid, SIGKILL);
  EXPECT_TRUE(run_until([&] { return heard.size() == 2; }));
  EXPECT_THAT(heard, ElementsAre(StartsWith("down cloudflared was killed by signal 9: "),
                                 "up https://second.trycloudflare.com"));
  EXPECT_EQ(files().size(), 2);  // of the second process alone
  wait_for(tunnel.stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, FiftyKillsLeaveNothing) {
  const auto count = [](const std::filesystem::path& directory) {
    return std::distance(std::filesystem::directory_iterator(directory), {});
  };
  auto tunnel = make_tunnel({.first_retry = 1ms, .last_retry = 1ms});
  wait_for(tunnel.start());
  const auto descriptors = count("/proc/self/fd");
  auto slowest = 0ns;
  for (int i = 0; i < 50; ++i) {
    heard.clear();
    const auto pid = tunnel.status().pid;
    const auto begin = std::chrono::steady_clock::now();
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(run_until([&] { return !heard.empty(); }));
    slowest = std::max(slowest, std::chrono::steady_clock::now() - begin);
    ASSERT_THAT(heard.front(), StartsWith("down cloudflared was killed by signal 9"));
    ASSERT_TRUE(run_until([&] { return heard.size() > 1 && heard.back().starts_with("up "); }));
    EXPECT_FALSE(is_alive(pid));  // reaped, that is
  }
  RecordProperty("slowest_notice_microseconds", static_cast<int>(slowest / 1us));
  EXPECT_LT(slowest, 1s);
  // A question to its endpoint may be under way, now as when they were counted before.
  EXPECT_TRUE(run_until([&] { return count("/proc/self/fd") <= descriptors; }));
  EXPECT_EQ(files().size(), 2);
  wait_for(tunnel.stop());
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child at all
}

TEST_F(TunnelTest, BeginsItsWaitsAnewAfterGoodService) {
  scenario("ready\nexit 0");
  auto tunnel = make_tunnel({.first_retry = 10ms, .last_retry = 1h, .stable = 0ms});
  tunnel.start_in_background();
  EXPECT_TRUE(run_until([&] { return heard.size() == 28; }));  // doubled 13 times, the waits would take 80 s
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, ADeathBeforeTheStarterCouldLookIsAFailedStart) {
  scenario("ready short.trycloudflare.com\nexit 0");
  auto tunnel = make_tunnel();
  // Either order is right; what must not happen is a URL that nobody hears the end of.
  std::string url;
  try {
    url = wait_for(tunnel.start());
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("status 0"));
    return;
  }
  EXPECT_EQ(url, "https://short.trycloudflare.com");
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, WaitsLongerWhenRateLimitedAndStopEndsTheWait) {
  scenario("rate-limited");
  auto tunnel = make_tunnel({.first_retry = 1ms, .rate_limited_retry = 1h});
  tunnel.start_in_background();
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre(StartsWith("down Cloudflare limits")));
  wait_for(tunnel.stop());
  EXPECT_EQ(heard.size(), 1);
}

TEST_F(TunnelTest, DoesNotTryAgainWhatCannotWork) {
  scenario("bad-usage");
  auto tunnel = make_tunnel({.first_retry = 1ms});
  tunnel.start_in_background();
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre(StartsWith("gone ")));
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, KillsWhatIgnoresSigterm) {
  scenario("ignore-term\nready");
  auto tunnel = make_tunnel({.stop = 20ms});
  wait_for(tunnel.start());
  const auto pid = tunnel.status().pid;
  wait_for(tunnel.stop());
  EXPECT_FALSE(is_alive(pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, StoppingAStartEndsIt) {
  scenario("request");
  auto tunnel = make_tunnel();
  auto start = boost::asio::co_spawn(loop, tunnel.start(), boost::asio::use_future);
  EXPECT_TRUE(run_until([&] { return tunnel.status().pid != 0; }));
  wait_for(tunnel.stop());
  EXPECT_TRUE(run_until([&] { return start.wait_for(0s) == std::future_status::ready; }));
  EXPECT_THROW(start.get(), Failure);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, NoiseDelaysNothingAndFillsNoDisk) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  constexpr int kMegabytes = 20;  // a sanitizer is ten times as slow
#else
  constexpr int kMegabytes = 200;
#endif
  scenario("noise " + std::to_string(kMegabytes) + "\nready quiet.trycloudflare.com");
  auto tunnel = make_tunnel();
  tunnel.start_in_background();
  EXPECT_TRUE(run_until([&] { return tunnel.status().pid != 0; }));
  // Whatever else is on the loop gets its turn between any two chunks of 64 KiB.
  auto latest = 0ns;
  int turns = 0;
  boost::asio::steady_timer timer(loop);
  std::function<void()> wait = [&] {
    const auto due = std::chrono::steady_clock::now() + 1ms;
    timer.expires_at(due);
    timer.async_wait([&, due](boost::system::error_code) {
      latest = std::max(latest, std::chrono::steady_clock::now() - due);
      ++turns;
      if (heard.empty()) wait();
    });
  };
  wait();
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre("up https://quiet.trycloudflare.com"));
  RecordProperty("latest_timer_microseconds", static_cast<int>(latest / 1us));
  EXPECT_LT(latest, 250ms);  // on a busy machine; else some milliseconds
  EXPECT_GT(turns, 20);
  struct stat status{};
  ASSERT_EQ(::stat(file_with(".log").c_str(), &status), 0);
  EXPECT_GT(status.st_size, kMegabytes * 950 * 1024);
  EXPECT_LT(status.st_blocks * 512, 16 << 20);
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, AVisitorCannotNameAnotherTunnel) {
  make_fifo("seen");
  scenario(
      "ready mine.trycloudflare.com\nlog error |  https://evil.trycloudflare.com | GET / \n"
      "log error unable to reach origin dest=https://mine.trycloudflare.com/|https://evil.trycloudflare.com|\n"
      "log error Registered https://evil.trycloudflare.com\nwait seen\nexit 9");
  auto tunnel = make_tunnel({.first_retry = 1h});
  EXPECT_EQ(wait_for(tunnel.start()), "https://mine.trycloudflare.com");
  release("seen");
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre(StartsWith("down cloudflared ended with status 9")));
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, TheChildHasNothingOfOurs) {
  // Not close-on-exec, on purpose: the child must not have it even so.
  const auto leak = home / "leak";
  const Fd leaked(::open(leak.c_str(), O_RDWR | O_CREAT, 0600));
  ::setenv("PANKO_TEST_SECRET", "canary", 1);
  ::signal(SIGUSR2, SIG_IGN);
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  auto tunnel = make_tunnel();
  wait_for(tunnel.start());
  ::pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
  ::signal(SIGUSR2, SIG_DFL);
  ::unsetenv("PANKO_TEST_SECRET");

  const auto proc = std::filesystem::path("/proc") / std::to_string(tunnel.status().pid);
  std::vector<std::string> targets;
  for (const auto& entry : std::filesystem::directory_iterator(proc / "fd"))
    targets.push_back(std::filesystem::read_symlink(entry.path()));
  EXPECT_THAT(targets, Not(testing::Contains(leak.string())));
  EXPECT_EQ(std::filesystem::read_symlink(proc / "fd" / "0"), "/dev/null");
  EXPECT_EQ(std::filesystem::read_symlink(proc / "fd" / "1"), file_with(".log"));
  EXPECT_EQ(std::filesystem::read_symlink(proc / "fd" / "2"), file_with(".log"));

  const auto environment = read_file(proc / "environ").value_or("");
  EXPECT_THAT(environment, HasSubstr("PANKO_RUN_ID=" + file_with(".json").stem().string()));
  EXPECT_THAT(environment, HasSubstr("PATH="));
  EXPECT_THAT(environment, Not(HasSubstr("canary")));

  EXPECT_EQ(::getsid(tunnel.status().pid), tunnel.status().pid);
  const auto status = read_file(proc / "status").value_or("");
  EXPECT_THAT(status, HasSubstr("SigBlk:\t0000000000000000"));
  constexpr std::string_view kIgnored = "SigIgn:\t";
  const auto ignored = std::stoull(status.substr(status.find(kIgnored) + kIgnored.size()), nullptr, 16);
  EXPECT_EQ(ignored & (1ULL << (SIGUSR2 - 1)), 0);

  for (const auto* extension : {".json", ".log"}) {
    struct stat info{};
    ASSERT_EQ(::stat(file_with(extension).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600) << extension;
  }
  wait_for(tunnel.stop());
}

TEST_F(TunnelTest, DestroyedWithoutStopLeavesTheProcessToItsRecord) {
  pid_t pid = 0;
  {
    auto tunnel = make_tunnel();
    wait_for(tunnel.start());
    pid = tunnel.status().pid;
  }
  loop.restart();
  loop.run_for(10s);  // ends at once: nothing is left on the loop
  EXPECT_TRUE(is_alive(pid));
  EXPECT_EQ(files().size(), 2);

  wait_for(end_runs(load_runs(tunnels()), tunnels(), {}, all_providers(), {}));
  EXPECT_FALSE(is_alive(pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(TunnelTest, AListenerMayDestroyTheTunnel) {
  scenario("ready\nexit 1");
  std::unique_ptr<Tunnel> tunnel;
  bool down = false;
  tunnel = std::make_unique<Tunnel>(loop, setup(), [&](const TunnelStatus& status) {
    if (status.state != TunnelState::backoff) return;
    tunnel.reset();
    down = true;
  });
  tunnel->start_in_background();
  EXPECT_TRUE(run_until([&] { return down && files().empty(); }));
}

TEST_F(TunnelTest, TheLoopMayEndBeforeTheTunnelIsDone) {
  scenario("request");
  pid_t pid = 0;
  {
    boost::asio::io_context short_lived;
    Tunnel tunnel(short_lived, setup(), {});
    boost::asio::co_spawn(short_lived, tunnel.start(), boost::asio::detached);
    while (tunnel.status().pid == 0) short_lived.run_one();
    pid = tunnel.status().pid;
  }
  EXPECT_TRUE(is_alive(pid));
  wait_for(end_runs(load_runs(tunnels()), tunnels(), {}, all_providers(), {}));
  EXPECT_FALSE(is_alive(pid));
}

}  // namespace
}  // namespace panko
