// Scripts play the part of the next program; tests/e2e/test_restart.py does it with the real one.
#include "daemon/next_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/files.hpp"
#include "base/wake_flag.hpp"
#include "daemon/process.hpp"
#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class NextProgramTest : public test::Home {
 protected:
  [[nodiscard]] std::filesystem::path script(const std::string& text) const {
    const auto path = directory_ / "program";
    std::ofstream(path) << "#!/bin/sh\n" << text << '\n';
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  [[nodiscard]] std::string problem_of(const std::string& text, std::chrono::milliseconds time = 20s,
                                       int stop = -1) const {
    const auto checked = check_next_program(script(text), time, stop);
    return checked ? "" : checked.error().message;
  }
};

TEST_F(NextProgramTest, PassesWhatSaysThatItCan) {
  EXPECT_EQ(problem_of(R"([ "$1 $2" = "serve --self-check" ] && echo '{"build":"2","protocol":2,"handover":1,"x":0}')"),
            "");
  EXPECT_EQ(problem_of(R"(echo 'a warning' >&2; echo '{"handover":1}'; yes 2>/dev/null | head -c 100000 >&2)"), "");
}

TEST_F(NextProgramTest, SaysWhatIsWrong) {
  EXPECT_THAT(problem_of("exit 3"), EndsWith("does not pass its check: it ended with status 3."));
  EXPECT_THAT(problem_of("kill -TERM $$"), EndsWith("it was killed by signal 15."));
  EXPECT_THAT(problem_of("kill -KILL $$"), EndsWith("it was killed by signal 9."));
  EXPECT_THAT(problem_of("echo 'panko: It is broken.' >&2; exit 1"),
              EndsWith("does not pass its check: It is broken."));
  EXPECT_THAT(problem_of("printf '\\033[2J\\n'; exit 1"), EndsWith("check: ␛[2J"));
  for (const char* answer : {"", "hello", "[]", "{}", R"({"handover":"1"})"})
    EXPECT_THAT(problem_of(std::string("echo '") + answer + "'"), EndsWith("is no panko that could take over."))
        << answer;
  EXPECT_THAT(problem_of(R"(echo '{"build":"2\u001b","handover":2}')"),
              AllOf(HasSubstr("panko 2␛ at "), EndsWith(" && panko serve")));
  EXPECT_THAT(check_next_program(directory_ / "none", 20s).error().message,
              AllOf(HasSubstr("No such file or directory. "), EndsWith(" && panko serve")));
}

TEST_F(NextProgramTest, WaitsOnlySoLongAndLeavesNothingBehind) {
  const auto open_before = count_open_descriptors();
  EXPECT_THAT(problem_of("sleep 1000 & sleep 1000", 100ms), HasSubstr("did not finish its check within"));
  EXPECT_THAT(problem_of("exec yes", 100ms), HasSubstr("did not finish its check within"));
  EXPECT_THAT(problem_of("exec >&- 2>&-; exec sleep 1000", 100ms), HasSubstr("did not finish its check within"));
  EXPECT_EQ(problem_of(R"(sleep 1000 & echo '{"handover":1}')"), "") << "its output is still open, but it has ended";
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child, not even a dead one";
  EXPECT_EQ(count_open_descriptors(), open_before);
}

TEST_F(NextProgramTest, IsNotWaitedForOnceItIsStopped) {
  const WakeFlag stop;
  stop.raise();
  EXPECT_NE(problem_of("sleep 1000", 1h, stop.fd()), "");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(NextProgramTest, ChecksConfigAndStore) {
  EXPECT_THAT(self_check(places_), AllOf(HasSubstr(R"("build":")"), HasSubstr(R"("handover":1)")));
  std::ofstream(places_.config_file) << "max_shares = \n";
  EXPECT_THROW((void)self_check(places_), Failure);
  std::filesystem::remove(places_.config_file);
  std::ofstream(places_.database) << "no database";
  std::filesystem::resize_file(places_.database, 4096);
  EXPECT_THROW((void)self_check(places_), Failure);
}

TEST_F(NextProgramTest, AFailedExecChangesNothing) {
  Handover handover;
  handover.lock = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  handover.control = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto open_before = count_open_descriptors();
  const Failure failure = exec_next_program(
      {.path = directory_ / "none", .foreground = false, .search_path = {}, .notify_socket = {}}, handover);
  EXPECT_THAT(failure.what(), HasSubstr("No such file or directory"));
  for (const int fd : descriptors_of(handover)) EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(count_open_descriptors(), open_before);
  heed_end_signals();
}

TEST_F(NextProgramTest, TheNextOneInheritsWhatItIsToHaveAndNothingElse) {
  const auto output = directory_ / "output";
  const auto descriptors = directory_ / "descriptors";
  const auto program =
      script("ls -l /proc/$$/fd > " + descriptors.native() +
             "\n{ echo \"$@\"; echo \"PATH=$PATH\"; echo \"NOTIFY_SOCKET=$NOTIFY_SOCKET\"; } > " + output.native());
  const pid_t child = ::fork();
  if (child == 0) {
    Handover handover;
    handover.lock = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    handover.control = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    (void)::open((directory_ / "stray").c_str(), O_RDWR | O_CREAT, 0600);  // not close-on-exec
    (void)exec_next_program(
        {.path = program, .foreground = true, .search_path = "/usr/bin:/bin", .notify_socket = "/run/n"}, handover);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_THAT(
      read_file(output).value(),
      ::testing::MatchesRegex("serve --handover [0-9]+ --foreground\nPATH=/usr/bin:/bin\nNOTIFY_SOCKET=/run/n\n"));
  EXPECT_THAT(read_file(descriptors).value(), AllOf(HasSubstr("panko-handover"), ::testing::Not(HasSubstr("stray"))));
}

}  // namespace
}  // namespace panko
