#include "desktop/download.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/fd.hpp"
#include "base/text.hpp"
#include "fixture.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DownloadTest : public DesktopFixture {
 protected:
  DownloadTest() { std::ofstream(session) << "{\"a\":1}\n"; }
  [[nodiscard]] Result<fs::path> get() const { return download(session, "A title", "12345678-9abc"); }

  fs::path session = home / "12345678-9abc.jsonl";
};

TEST(DownloadName, IsForPeople) {
  const auto name = [](std::string_view title) { return download_name("/x/y.jsonl", title, "5d0c6a1e-3b7f-4c1a"); };
  EXPECT_EQ(name("Why the fern was overdue on Friday"), "why-the-fern-was-overdue-on-friday-5d0c6a1e.jsonl");
  EXPECT_EQ(name("  ../../etc/passwd\n\x1b[31m "), "etc-passwd-31m-5d0c6a1e.jsonl");
  EXPECT_EQ(name("Größe ändern 日本語 👍 \xFF"), "größe-ändern-日本語-5d0c6a1e.jsonl");
  EXPECT_EQ(name(""), "session-5d0c6a1e.jsonl");
  EXPECT_EQ(name("-- .. --"), "session-5d0c6a1e.jsonl");
  const auto long_name = name(std::string(500, 'a') + " b");
  EXPECT_EQ(long_name, std::string(60, 'a') + "-5d0c6a1e.jsonl");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "日";
  EXPECT_TRUE(is_valid_utf8(name(wide)));
  EXPECT_LT(name(wide).size(), 80u);
}

TEST(DownloadName, KeepsTheSuffixes) {
  EXPECT_EQ(download_name("/x/rollout-2026.jsonl.zst", "t", "abc"), "t-abc.jsonl.zst");
  EXPECT_EQ(download_name("/x/y.json", "t", "../.."), "t.json");
  EXPECT_EQ(download_name("/x/y", "t", ""), "t");
  EXPECT_EQ(download_name("/x/y.a b", "t", ""), "t");
}

TEST_F(DownloadTest, CopiesIntoTheDownloadFolder) {
  const auto path = get();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, home / "Downloads/a-title-12345678.jsonl");
  EXPECT_EQ(content("Downloads/a-title-12345678.jsonl"), "{\"a\":1}\n");
  EXPECT_EQ(fs::status(*path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DownloadTest, OverwritesNothing) {
  fs::create_directory(home / "Downloads");
  fs::create_symlink(home / "nowhere", home / "Downloads/a-title-12345678.jsonl");
  EXPECT_EQ(get().value(), home / "Downloads/a-title-12345678 (2).jsonl");
  EXPECT_EQ(get().value(), home / "Downloads/a-title-12345678 (3).jsonl");
  EXPECT_FALSE(fs::exists(home / "nowhere"));
}

TEST_F(DownloadTest, GoesWhereTheUserWantsDownloads) {
  fs::create_directories(home / ".config");
  std::ofstream(home / ".config/user-dirs.dirs") << "# a comment\nXDG_DESKTOP_DIR=\"$HOME/D\"\n"
                                                    "XDG_DOWNLOAD_DIR=\"$HOME/Mes \\$ fichiers\"\n";
  EXPECT_EQ(download_folder().value(), home / "Mes $ fichiers");
  EXPECT_EQ(get().value().parent_path(), home / "Mes $ fichiers");
  set("XDG_CONFIG_HOME", (home / "config").string());
  EXPECT_EQ(download_folder().value(), home / "Downloads");
  fs::create_directories(home / "config");
  std::ofstream(home / "config/user-dirs.dirs") << "XDG_DOWNLOAD_DIR=\"/somewhere/else\"\n";
  EXPECT_EQ(download_folder().value(), "/somewhere/else");
  std::ofstream(home / "config/user-dirs.dirs") << "XDG_DOWNLOAD_DIR=\"relative\"\nXDG_DOWNLOAD_DIR=\"\n";
  EXPECT_EQ(download_folder().value(), home / "Downloads");
  set("HOME", std::nullopt);
  EXPECT_THAT(download_folder().error().message, HasSubstr("set HOME"));
}

TEST_F(DownloadTest, SaysWhatCannotBeCopied) {
  EXPECT_EQ(download(home / "none.jsonl", "t", "i").error().message,
            "Cannot read " + (home / "none.jsonl").string() + ": No such file or directory.");
  ASSERT_EQ(::mkfifo((home / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(download(home / "pipe", "t", "i").error().message, HasSubstr("is no file"));
  std::ofstream(home / "Downloads") << "in the way";
  EXPECT_THAT(get().error().message, HasSubstr("Cannot write to " + (home / "Downloads").string()));
}

/// The status of a child that runs `body`: what it does to itself ends with it.
int in_a_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(DownloadTest, LeavesNoPartBehind) {
  fs::resize_file(session, 5 << 20);
  const int status = in_a_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 3 << 20, .rlim_max = 3 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto path = get();
    return !path && path.error().message.contains("Cannot write to") ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(fs::is_empty(home / "Downloads"));
}

TEST_F(DownloadTest, SaysWhenTheDiskIsFull) {
  constexpr int kNotAllowed = 9;
  fs::resize_file(session, 5 << 20);
  fs::create_directory(home / "Downloads");
  const int status = in_a_child([&] {
    if ((::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", (home / "Downloads").c_str(), "tmpfs", 0, "size=1m") != 0)
      return kNotAllowed;
    const auto path = get();
    if (path || !path.error().message.starts_with("There is no room left in")) return 1;
    return fs::is_empty(home / "Downloads") ? 0 : 2;
  });
  if (status == kNotAllowed) GTEST_SKIP() << "no file system of one's own can be mounted here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace panko
