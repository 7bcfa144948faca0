#include "tunnel/program.hpp"

#include <sys/wait.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>

#include "fixture.hpp"
#include "tunnel/process.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class Program : public TunnelFixture {
 protected:
  ProgramResult run(ProgramRun wanted) {
    auto result = wait_for(run_program(std::move(wanted)));
    if (!result) throw std::runtime_error(result.error().message);
    return *result;
  }
  static ProgramRun shell(const std::string& script, std::chrono::milliseconds time = 20s) {
    return {.arguments = {"sh", "-c", script}, .environment = {}, .input = {}, .time = time};
  }
  /// The number that a script wrote to the file, once it is there.
  pid_t pid_in(const std::filesystem::path& file) {
    pid_t pid = 0;
    EXPECT_TRUE(polled([&] { return std::ifstream(file) >> pid && pid != 0; }));
    return pid;
  }
  /// For what no event of the loop tells.
  template <class Done>
  bool polled(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      loop.restart();
      loop.run_for(5ms);
    }
    return true;
  }
  /// A zombie does not run; whoever inherited it may take its time.
  static bool runs(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    return std::getline(stat, text) && text.substr(text.rfind(')') + 2, 1) != "Z";
  }
  static bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) == 0; }
};

TEST_F(Program, SaysWhatItSaidAndHowItEnded) {
  const auto result = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_FALSE(has_children());
}

TEST_F(Program, HasNoExitStatusWhenItWasKilled) {
  const auto result = run(shell("kill -9 $$"));
  EXPECT_EQ(result.exit_status, std::nullopt);
  EXPECT_FALSE(result.timed_out);
}

TEST_F(Program, ReadsItsInputToTheEnd) {
  const std::string text(60 << 10, 'x');
  EXPECT_EQ(run({.arguments = {"cat"}, .environment = {}, .input = text, .time = 20s}).output, text);
  EXPECT_EQ(run({.arguments = {"cat"}, .environment = {}, .input = {}, .time = 20s}).output, "");
}

TEST_F(Program, IsAnErrorWhenItCannotBeRun) {
  const auto result = wait_for(run_program({.arguments = {"panko-no-such-program"}}));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("Cannot run panko-no-such-program"));
}

TEST_F(Program, EndsAtTheDeadlineWithAllThatItStarted) {
  // The time is enough for a shell to begin, on a slow machine too.
  const auto file = home / "pid";
  const auto result = run(shell("echo early; sleep 1000 & echo $! > " + file.string() + "; wait", 2s));
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_status, std::nullopt);
  EXPECT_EQ(result.output, "early\n");
  const auto grandchild = pid_in(file);
  EXPECT_TRUE(polled([&] { return !runs(grandchild); }));
}

TEST_F(Program, DoesNotWaitForWhoeverKeepsItsOutputOpen) {
  // It leaves the session with its descriptors, as a daemon does; the deadline is far.
  const auto file = home / "pid";
  const auto result = run(shell("setsid sh -c 'echo $$ > " + file.string() + "; exec sleep 1000' & until test -s " +
                                file.string() + "; do sleep 0.01; done; echo done"));
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(result.output, "done\n");
  const auto stray = pid_in(file);
  ASSERT_GT(stray, 1);
  ::kill(stray, SIGKILL);
}

TEST_F(Program, KeepsABoundedPartOfAFlood) {
  auto wanted = shell("head -c 50000000 /dev/zero; head -c 50000000 /dev/zero >&2");
  wanted.output_bytes = 100000;
  const auto result = run(std::move(wanted));
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.output, SizeIs(100000));
  EXPECT_THAT(result.errors, SizeIs(100000));
}

TEST_F(Program, EndsWithWhoeverWaitsForIt) {
  const auto file = home / "pid";
  boost::asio::cancellation_signal signal;
  bool done = false;
  boost::asio::co_spawn(
      loop, run_program(shell("echo $$ > " + file.string() + "; exec sleep 1000")),
      boost::asio::bind_cancellation_slot(signal.slot(), [&done](const std::exception_ptr& error, const auto&) {
        EXPECT_NE(error, nullptr);
        done = true;
      }));
  const auto pid = pid_in(file);
  signal.emit(boost::asio::cancellation_type::terminal);
  EXPECT_TRUE(run_until([&] { return done; }));
  EXPECT_FALSE(start_time_of(pid));
  EXPECT_FALSE(has_children());
}

TEST_F(Program, EndsWithTheLoop) {
  const auto file = home / "pid";
  pid_t pid = 0;
  {
    boost::asio::io_context other;
    boost::asio::co_spawn(other, run_program(shell("echo $$ > " + file.string() + "; exec sleep 1000")),
                          boost::asio::detached);
    while (!(std::ifstream(file) >> pid) || pid == 0) other.run_for(10ms);
  }
  EXPECT_FALSE(start_time_of(pid));
  EXPECT_FALSE(has_children());
}

TEST_F(Program, ManyRunAtATime) {
  int left = 50;
  for (int i = 0; i < 50; ++i) {
    boost::asio::co_spawn(loop, run_program(shell("echo " + std::to_string(i))),
                          [&left, i](const std::exception_ptr& error, const Result<ProgramResult>& result) {
                            EXPECT_EQ(error, nullptr);
                            EXPECT_EQ(result.value_or(ProgramResult{}).output, std::to_string(i) + "\n");
                            --left;
                          });
  }
  EXPECT_TRUE(run_until([&] { return left == 0; }));
  EXPECT_FALSE(has_children());
}

TEST_F(Program, SeesNothingOfOurEnvironmentButWhatItNeeds) {
  ::setenv("PANKO_TEST_SECRET", "canary", 1);
  ::setenv("https_proxy", "http://proxy.example", 1);
  const auto environment = child_environment({"NGROK_AUTHTOKEN=x"});
  EXPECT_THAT(environment, Contains("NGROK_AUTHTOKEN=x"));
  EXPECT_THAT(environment, Contains("https_proxy=http://proxy.example"));
  EXPECT_THAT(environment, Contains(StartsWith("PATH=")));
  EXPECT_THAT(environment, Each(Not(HasSubstr("canary"))));
  EXPECT_THAT(run({.arguments = {"env"}, .environment = {}, .input = {}, .time = 20s}).output,
              Not(HasSubstr("canary")));
  auto none = shell("env | grep -c canary");
  none.environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "X=canary"};
  EXPECT_EQ(run(none).output, "1\n");
  ::unsetenv("PANKO_TEST_SECRET");
  ::unsetenv("https_proxy");
}

}  // namespace
}  // namespace panko
