// The server that bench/http-against-nginx measures: it mounts one session on a free port, prints the path of its
// page and the port, and serves until its standard input ends.
#include <fmt/format.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/random.hpp"
#include "http/server.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} SESSION\n", argv[0]);
    return EXIT_FAILURE;
  }
  boost::asio::thread_pool workers(2);
  boost::asio::io_context loop(1);
  panko::HttpServer server(loop, workers);
  if (!server.listen("127.0.0.1", 0)) return EXIT_FAILURE;
  const auto token = panko::random_token();
  server.mount(token, {.path = argv[1], .snapshot = {}, .context = {}, .on_health = {}, .on_request = {}});
  fmt::print("{} /s/{}/\n", server.port(), token);
  std::fflush(stdout);

  boost::asio::posix::stream_descriptor input(loop, ::dup(STDIN_FILENO));
  input.async_wait(boost::asio::posix::stream_descriptor::wait_read, [&](auto) { server.close(); });
  loop.run();
  workers.join();
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return EXIT_FAILURE;
}
