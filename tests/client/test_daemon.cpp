#include "tests/client/test_daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <list>
#include <string_view>

#include "base/log.hpp"
#include "protocol/address.hpp"
#include "protocol/framing.hpp"
#include "protocol/wire.hpp"

namespace panko::test {

namespace {

using namespace protocol;

struct Client {
  Fd socket;
  LineReader lines;
  bool subscribed = false;
};

ShareInfo some_share(std::string path) {
  ShareInfo share;
  share.id = "an-id";
  share.session_path = std::move(path);
  share.local_port = 4000;
  share.status = "active";
  return share;
}

std::string share_path(const Request& start) {
  const auto params = from_json<StartShare>(start.params);
  return params ? params->session_path : "";
}

int protocol_of(std::string_view how) {
  return how == "protocol 2" ? 2 : how.starts_with("protocol 0") ? 0 : 1;
}

std::vector<std::string> methods_of(std::string_view how) {
  if (how.ends_with("without Restart")) return {"Ping"};
  return {"Ping", "Restart"};
}

std::string reply_to(const Request& request, std::string_view how) {
  const std::string& method = request.method;
  if (method == "Hello") {
    if (how == "old") return error_line("There is no method Hello.");
    return reply_line(
        "Hello", to_json(HelloInfo{.protocol = protocol_of(how), .build = "9.9", .capabilities = methods_of(how)}));
  }
  if (method == "Restart") {
    const auto restart = from_json<protocol::Restart>(request.params);
    return restart ? reply_line("Restarted", to_json(RestartedInfo{.pid = 7, .build = restart->search_path}))
                   : error_line(restart.error().message);
  }
  if (method == "Ping") return reply_line(how == "odd" ? "Peng" : "Pong");
  if (method == "Shutdown") return reply_line("ShuttingDown");
  if (method == "Status") {
    StatusInfo status;
    status.pid = ::getpid();
    status.warnings = {"It is a test."};
    status.default_provider = "local";
    status.restart_due = how == "replaced";
    return reply_line("Status", to_json(status));
  }
  if (method == "StartShare") {
    if (how == "dies in a call") ::_exit(0);
    const auto start = from_json<StartShare>(request.params);
    return start ? reply_line("ShareStarted", to_json(some_share(start->session_path + start->provider)))
                 : error_line(start.error().message);
  }
  if (method == "StopShare" || method == "GetShare" || method == "RestoreShare") {
    const auto id = share_id_from(request.params);
    if (!id || *id != "an-id") return error_line("There is no share of that id.");
    if (method == "StopShare") return reply_line("ShareStopped", share_id_params(*id));
    return reply_line(method == "GetShare" ? "Share" : "ShareRestored", to_json(some_share("/s")));
  }
  if (method == "UpdateShare") {
    const auto update = from_json<UpdateShare>(request.params);
    if (!update || !update->freeze) return error_line("There is nothing to change.");
    return reply_line("ShareUpdated", to_json(some_share(update->share_id)));
  }
  if (method == "Scan") {
    const auto scan = from_json<Scan>(request.params);
    if (!scan) return error_line(scan.error().message);
    ScanInfo info{
        .findings = {{.marker = scan->session_path}}, .secrets = 1, .personal = scan->personal_shown ? 0U : 2U};
    return reply_line("Scanned", to_json(info));
  }
  if (method == "AllowValue") {
    const auto value = from_json<AllowValue>(request.params);
    return value && value->hash == "00" ? reply_line("ValueAllowed") : error_line("There is no such value.");
  }
  if (method == "RedactWords") {
    const auto words = from_json<RedactWords>(request.params);
    return words ? reply_line("Words", to_words_json(words->add)) : error_line(words.error().message);
  }
  if (method == "Audit") {
    const auto audit = from_json<Audit>(request.params);
    if (!audit) return error_line(audit.error().message);
    return reply_line("AuditLog", to_json_array(std::vector{AuditEntry{.share_id = audit->share_id.value_or("all")}}));
  }
  if (method == "ListShares" && how == "no list") return reply_line("ShareList", 7);
  if (method == "ListShares")
    return reply_line("ShareList", to_json_array(std::vector{some_share("/a"), some_share("/b")}));
  if (method == "ListProviders") return reply_line("ProviderList", to_json_array(std::vector<ProviderInfo>(3)));
  if (method == "OpenView") {
    const auto view = from_json<OpenView>(request.params);
    if (!view) return error_line(view.error().message);
    return reply_line(
        "ViewOpened",
        to_json(ViewInfo{.id = "v", .url = fmt::format("{}:{}", view->session_path, view->port.value_or(0))}));
  }
  if (method == "Subscribe") {
    std::string lines = reply_line("Subscribed");
    lines += event_line(some_share("/first"));
    lines += reply_line("Event", boost::json::object{{"event", "of a later build"}});
    return lines + event_line(some_share("/second"));
  }
  return error_line("There is no such method.");
}

void send(const Client& client, const std::string& lines) {
  ::send(client.socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL);
}

/// False: the daemon ends.
bool serve(Client& client, const std::list<Client>& clients, std::string_view how) {
  char chunk[4096];
  const ssize_t got = ::recv(client.socket.get(), chunk, sizeof chunk, 0);
  if (got <= 0) {
    client.socket.reset();
    return true;
  }
  client.lines.feed({chunk, static_cast<std::size_t>(got)});
  while (const auto line = client.lines.next()) {
    if (how == "deaf") continue;
    if (how == "garbled") {
      send(client, "]\n");
      continue;
    }
    const auto request = line->has_value() ? parse_request(**line) : Result<Request>();
    const std::string method = request ? request->method : "";
    if (method == "StartShare")
      for (const Client& other : clients)
        if (other.subscribed) send(other, event_line(some_share(share_path(*request))));
    if (method == "StartShare" && how == "silent in a call") continue;
    send(client, request ? reply_to(*request, how) : error_line(request.error().message));
    client.subscribed = client.subscribed || method == "Subscribe";
    if (method == "Shutdown") return false;
    if (method == "OpenView" && how == "closes views") client.socket.reset();
    if (!client.socket) break;
  }
  return true;
}

void accept_and_serve(int listener, std::string_view how) {
  std::list<Client> clients;
  for (;;) {
    std::vector<pollfd> fds{{.fd = listener, .events = POLLIN, .revents = 0}};
    for (const auto& client : clients) fds.push_back({.fd = client.socket.get(), .events = POLLIN, .revents = 0});
    if (::poll(fds.data(), fds.size(), -1) < 0) return;
    auto client = clients.begin();
    for (std::size_t i = 1; i < fds.size(); ++i, ++client)
      if (fds[i].revents != 0 && !serve(*client, clients, how)) return;
    clients.remove_if([](const Client& one) { return !one.socket; });
    if (fds[0].revents != 0)
      clients.emplace_back(Client{.socket = Fd(::accept(listener, nullptr, nullptr)), .lines = LineReader()});
  }
}

void tell(int fd, std::string_view line) {
  if (::write(fd, line.data(), line.size()) < 0) ::_exit(3);
}

}  // namespace

int run_test_daemon(int ready_fd) {
  if (::fork() != 0) ::_exit(0);
  ::alarm(30);
  const char* variable = std::getenv("TEST_DAEMON");
  const std::string how = variable == nullptr ? "" : variable;
  const Places places = *find_places();

  if (how == "silent") ::pause();
  if (how == "refuses") {
    tell(ready_fd, "error The disk is full.\n");
    return 1;
  }
  if (how == "crashes") {
    std::ofstream log(places.log_file);
    for (int i = 1; i <= 12; ++i) log << "line " << i << "\x1b[31m\n";
    log.close();
    ::_exit(1);
  }
  const Fd lock{::open(places.daemon_lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    tell(ready_fd, "running 1\n");
    return 0;
  }
  std::ofstream(places.state_dir / "starts", std::ios::app) << ::getpid() << '\n';
  const auto address = *socket_address(places.socket);
  ::unlink(places.socket.c_str());
  const Fd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 100) != 0)
    return 2;
  tell(ready_fd, "ready\n");
  ::close(ready_fd);
  accept_and_serve(listener.get(), how);
  ::unlink(places.socket.c_str());
  return 0;
}

}  // namespace panko::test

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv, argv + argc);
  if (arguments.size() == 4 && arguments[1] == "serve" && arguments[2] == "--ready-fd")
    return panko::test::run_test_daemon(std::atoi(argv[3]));
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
