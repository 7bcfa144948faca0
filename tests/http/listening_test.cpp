#include "http/listening.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/http/serving.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko::test {
namespace {

using ::testing::HasSubstr;

std::string failure_of(const std::filesystem::path& path) {
  try {
    (void)listen_at_path(path);
  } catch (const Failure& failure) {
    return failure.error().message;
  }
  return "";
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0);
  return status.st_mode;
}

TEST(ListeningTest, ASocketIsItsOwnersAlone) {
  const TempDir directory;
  const auto path = directory.path() / "origin";
  const mode_t old = ::umask(0);
  const Fd fd = listen_at_path(path);
  ::umask(old);
  EXPECT_EQ(mode_of(path), mode_t{S_IFSOCK | 0600});
  EXPECT_EQ(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  const auto end = local_end_of(fd.get());
  EXPECT_EQ(end.path, path);
  EXPECT_EQ(end.address, "");
}

TEST(ListeningTest, ItTakesThePlaceOfOneThatWasLeftThere) {
  const TempDir directory;
  const auto path = directory.path() / "origin";
  (void)listen_at_path(path);
  const Fd fd = listen_at_path(path);
  EXPECT_NO_THROW(HttpClient(path, 0)) << "this one is reached";
}

TEST(ListeningTest, ItTakesThePlaceOfNothingElse) {
  const TempDir directory;
  const auto path = directory.write("origin", "precious");
  EXPECT_THAT(failure_of(path), HasSubstr("something that is no socket is there; move it away"));
  EXPECT_EQ(mode_of(path) & S_IFMT, mode_t{S_IFREG});
  std::filesystem::create_symlink(path, directory.path() / "link");
  EXPECT_THAT(failure_of(directory.path() / "link"), HasSubstr("something that is no socket is there"));
}

TEST(ListeningTest, APathThatIsTooLongIsSaid) {
  const TempDir directory;
  const auto longest = directory.path() / std::string(107 - directory.path().native().size() - 1, 'x');
  const Fd fd = listen_at_path(longest);
  EXPECT_EQ(local_end_of(fd.get()).path, longest);
  EXPECT_THAT(failure_of(longest.native() + "x"),
              HasSubstr("the path has 108 bytes, and 107 is the limit for a socket; set PANKO_HOME"));
}

class UnixServerTest : public Serving {
 protected:
  UnixServerTest() { session_.append("a question", "an answer"); }
  void start_with_socket() {
    start();
    on_loop([&] {
      server_->listen_unix(path_);
      server_->accept_hosts({"panko.example"});
    });
  }
  HttpResponse ask(const std::string& target, std::string_view host) {
    HttpClient client(path_, port_);
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host));
    return client.receive();
  }

  TempDir directory_;
  std::filesystem::path path_ = directory_.path() / "origin";
  SessionFile session_;
};

TEST_F(UnixServerTest, ServesTheSameMountsAtTheSocketAndAtThePort) {
  start_with_socket();
  const auto page = "/s/" + mount(session_.path()) + "/";
  EXPECT_THAT(ask(page, "panko.example").body, HasSubstr("a question"));
  EXPECT_THAT(get(page).body, HasSubstr("a question"));
  EXPECT_EQ(ask("/s/unknown/", "panko.example").status, 404);
  EXPECT_EQ(ask(page, "evil.example").status, 421);
}

TEST_F(UnixServerTest, KeepsConnectionsAndLimits) {
  HttpLimits limits;
  limits.header_bytes = 512;
  limits.idle_time = std::chrono::milliseconds(50);
  start(limits);
  on_loop([&] { server_->listen_unix(path_); });
  HttpClient client(path_, port_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/robots.txt").status, 200);
  EXPECT_EQ(client.get("/" + std::string(600, 'x')).status, 431);
  HttpClient idle(path_, port_);
  EXPECT_EQ(idle.bytes_until_end(), 0U);
}

TEST_F(UnixServerTest, CloseRemovesTheSocket) {
  start_with_socket();
  HttpClient client(path_, port_);
  on_loop([&] { server_->close(); });
  EXPECT_EQ(client.bytes_until_end(), 0U);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixServerTest, TheSocketGoesOnAtTheNextServer) {
  start_with_socket();
  HttpClient client(path_, port_);
  EXPECT_EQ(client.get("/robots.txt").status, 200);
  auto handed = hand_over();
  ASSERT_TRUE(handed.origin);
  on_loop([&] {
    server_ = std::make_unique<HttpServer>(loop_, workers_);
    server_->take_over(std::move(handed));
  });
  EXPECT_EQ(client.get("/robots.txt").status, 200);
  EXPECT_EQ(ask("/robots.txt", "panko.example").status, 200);
}

}  // namespace
}  // namespace panko::test
