#include "daemon/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/fd.hpp"
#include "base/memory.hpp"
#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

/// Runs `check` in a process of its own; the number of the first check that failed, 0: none.
template <class Check>
int in_child(Check check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

TEST(Process, IsSetUpForALifeAlone) {
  EXPECT_EQ(in_child([] {
              rlimit few{.rlim_cur = 64, .rlim_max = 0};
              rlimit old{};
              ::getrlimit(RLIMIT_NOFILE, &old);
              few.rlim_max = old.rlim_max;
              ::setrlimit(RLIMIT_NOFILE, &few);
              ::umask(022);
              set_up_process();
              if (::umask(0) != 077) return 1;
              if (std::raise(SIGPIPE) != 0 || std::raise(SIGHUP) != 0) return 2;
              rlimit now{};
              ::getrlimit(RLIMIT_NOFILE, &now);
              if (now.rlim_cur != std::min<rlim_t>(old.rlim_max, 4096)) return 3;
              // Under a sanitizer it stays as it was.
              if (::prctl(PR_GET_DUMPABLE) == 0) {
                ::getrlimit(RLIMIT_CORE, &now);
                if (now.rlim_max != 0) return 4;
              }
              return_free_memory();
              return 0;
            }),
            0);
}

TEST(Process, KeepsALimitThatIsHigher) {
  EXPECT_EQ(in_child([] {
              rlimit many{.rlim_cur = 5000, .rlim_max = 5000};
              if (::setrlimit(RLIMIT_NOFILE, &many) != 0) return 0;  // this machine allows fewer
              set_up_process();
              ::getrlimit(RLIMIT_NOFILE, &many);
              return many.rlim_cur == 5000 ? 0 : 1;
            }),
            0);
}

TEST(Process, CountsItsDescriptors) {
  const auto before = count_open_descriptors();
  const Fd one{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const Fd two{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  EXPECT_EQ(count_open_descriptors(), before + 2);
}

TEST(Process, DetachesFromWhoStartedIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end{ends[0]};
  Fd write_end{ends[1]};
  EXPECT_EQ(in_child([&] {
              const pid_t starter = ::getpid();
              detach_from_starter();
              std::array<char, 256> directory{};
              const bool good =
                  ::getpid() != starter && ::getcwd(directory.data(), directory.size()) == std::string("/");
              (void)!::write(write_end.get(), good ? "y" : "n", 1);
              return 7;  // nobody waits for this one
            }),
            0)
      << "the process that was started ends at once";
  char answer = 0;
  ASSERT_EQ(::read(read_end.get(), &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
}

}  // namespace
}  // namespace panko
