#include "http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>

#include <fmt/format.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "http/connection.hpp"
#include "http/host_names.hpp"
#include "http/mount.hpp"
#include "http/routes.hpp"
#include "http/standard_answers.hpp"

namespace panko {

namespace {

using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Loop>;

constexpr int kBacklog = 512;
constexpr std::chrono::milliseconds kRestAfterAcceptError{100};

/// A SHA-256 is as good a hash as any part of it.
struct FirstBytes {
  std::size_t operator()(const Sha256& hash) const {
    std::size_t bytes = 0;
    std::memcpy(&bytes, hash.data(), sizeof bytes);
    return bytes;
  }
};

struct EqualInConstantTime {
  bool operator()(const Sha256& left, const Sha256& right) const { return equal_in_constant_time(left, right); }
};

std::string in_words(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

/// Of this machine's side.
tcp::endpoint endpoint_of(int socket) {
  tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(socket, endpoint.data(), &size) == 0) endpoint.resize(size);
  return endpoint;
}

}  // namespace

struct HttpServer::State {
  State(asio::io_context& io, asio::thread_pool& workers, HttpLimits limits)
      : loop(io.get_executor()),
        acceptor(io),
        rest_timer(io),
        connections(std::make_shared<Connections>(loop, limits.connections, limits.unsent_bytes)),
        workshop(std::make_shared<Workshop>(io, workers, limits.renderings)),
        shelf(std::make_shared<Shelf>(loop, workshop, limits.keep_time)),
        service(std::make_shared<Service>()) {
    service->limits = limits;
    service->refuse = [this](unsigned status) { return standard.of(status); };
  }

  static Task<void> accept_all(std::shared_ptr<State> self);
  static Task<HandedListener> hand_over(std::shared_ptr<State> self);
  /// Keeps everything alive that the connection's coroutine refers to.
  static Task<void> serve(std::shared_ptr<State> self, std::shared_ptr<Connection> connection);
  static Task<AnswerPtr> answer(State& self, std::shared_ptr<Connection> connection, Request request);
  Task<AnswerPtr> asset(std::string name, bool takes_gzip);
  std::shared_ptr<Connection> accept_one(int& error);
  std::shared_ptr<Connection> adopt(Fd fd, std::string_view received, boost::system::error_code& failed);
  static void start_accepting(const std::shared_ptr<State>& self, Fd listening);

  Loop loop;
  Acceptor acceptor;
  Timer rest_timer;
  std::uint16_t port = 0;
  HostNames hosts;
  std::shared_ptr<Connections> connections;
  std::shared_ptr<Workshop> workshop;
  std::shared_ptr<Shelf> shelf;
  std::shared_ptr<Service> service;
  StandardAnswers standard = make_standard_answers();
  std::map<std::pair<std::string, bool>, AnswerPtr> assets;  // as many as the program has, once plain and once gzip
  std::unordered_map<Sha256, std::shared_ptr<Mount>, FirstBytes, EqualInConstantTime> mounts;  // nullptr: ended
};

Task<AnswerPtr> HttpServer::State::answer(State& self, std::shared_ptr<Connection> connection, Request request) {
  if (!request.host || !self.hosts.accepts(*request.host, connection->local_address))
    co_return self.standard.misdirected;
  if (!request.target.starts_with('/')) co_return self.standard.misdirected;  // a proxy would be asked so
  if (request.method == Request::Method::other) co_return self.standard.not_allowed;
  if (request.has_body) co_return self.standard.too_large;

  // Whatever the path is, a token is hashed and looked up: the time tells nothing.
  auto route = parse_route(request.target);
  const auto found = self.mounts.find(sha256(route.token));
  if (route.kind == Route::Kind::robots) co_return self.standard.robots;
  if (found == self.mounts.end()) co_return self.standard.not_found;
  const auto mount = found->second;
  if (!mount) co_return self.standard.gone;

  mount->was_requested();
  connection->serving = mount.get();
  switch (route.kind) {
    case Route::Kind::share:
      co_return make_answer({.status = 308}, std::string(), false, fmt::format("Location: {}/\r\n", route.token));
    case Route::Kind::asset: co_return co_await self.asset(std::move(route.asset), request.takes_gzip);
    case Route::Kind::page:
    case Route::Kind::block:
    case Route::Kind::image: {
      const bool is_load =
          route.kind == Route::Kind::page && route.anchor.empty() && request.method == Request::Method::get;
      const auto outcome = co_await Mount::answer(mount, std::move(route), request.takes_gzip,
                                                  [connection] { return connection->is_open(); });
      if (outcome && is_load) mount->was_loaded();
      co_return outcome ? *outcome : self.standard.of(outcome.error());
    }
    default: co_return self.standard.not_found;
  }
}

Task<AnswerPtr> HttpServer::State::asset(std::string name, bool takes_gzip) {
  const auto file = find_asset(name);
  if (!file) co_return standard.not_found;
  const std::pair key(std::move(name), takes_gzip);
  if (const auto known = assets.find(key); known != assets.end()) co_return known->second;
  const auto made = co_await workshop->run([file = *file, takes_gzip] {
    return make_answer({.content_type = file.content_type, .immutable = true}, file.bytes, takes_gzip);
  });
  if (!made) co_return standard.failed;
  assets[key] = *made;
  co_return *made;
}

Task<void> HttpServer::State::serve(std::shared_ptr<State> self, std::shared_ptr<Connection> connection) {
  co_await serve_connection(self->service, std::move(connection));
}

/// nullptr with errno's value in `error`.
std::shared_ptr<Connection> HttpServer::State::accept_one(int& error) {
  // Asio's own accept would leave the socket open across exec.
  Fd fd(::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  error = fd ? 0 : errno;
  if (!fd) return nullptr;
  connections->make_room();
  boost::system::error_code failed;
  auto connection = adopt(std::move(fd), {}, failed);
  error = failed.value();
  return connection;
}

std::shared_ptr<Connection> HttpServer::State::adopt(Fd fd, std::string_view received,
                                                     boost::system::error_code& failed) {
  Socket socket(loop);
  socket.assign(endpoint_of(fd.get()).protocol(), fd.get(), failed);
  if (failed) return nullptr;
  (void)fd.release();
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::string local_address;
  if (hosts.is_wildcard()) local_address = in_words(socket.local_endpoint(ignored));
  return std::make_shared<Connection>(connections, std::move(socket), Inbox(service->limits.header_bytes, received),
                                      std::move(local_address));
}

Task<void> HttpServer::State::accept_all(std::shared_ptr<State> self) {
  while (self->acceptor.is_open()) {
    const auto [closed] = co_await self->acceptor.async_wait(Acceptor::wait_read, kTupleTask);
    if (closed) break;
    int error = 0;
    while (self->acceptor.is_open() && error == 0) {
      if (auto connection = self->accept_one(error)) {
        asio::co_spawn(self->loop, serve(self, std::move(connection)), end_of_coroutine);
      }
    }
    const bool is_over = error == EAGAIN || error == EWOULDBLOCK || error == ECONNABORTED || error == EINTR;
    if (is_over || !self->acceptor.is_open()) continue;
    // No descriptors or no memory: the queue stays readable, and asking again at once would only spin.
    log_warning(fmt::format("No connection could be accepted: {}", describe_errno(error)));
    self->rest_timer.expires_after(kRestAfterAcceptError);
    co_await self->rest_timer.async_wait(kTupleTask);
  }
}

HttpServer::HttpServer(asio::io_context& loop, asio::thread_pool& workers, HttpLimits limits)
    : state_(std::make_shared<State>(loop, workers, limits)) {
  state_->service->answer = [state = state_.get()](std::shared_ptr<Connection> connection, Request request) {
    return State::answer(*state, std::move(connection), std::move(request));
  };
}

HttpServer::~HttpServer() {
  close();
}

bool HttpServer::listen(const std::string& address, std::uint16_t port) {
  assert(!state_->acceptor.is_open());
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) throw Failure(fmt::format("\"{}\" is no IP address to listen at.", address));
  const tcp::endpoint endpoint(ip, port);
  const auto refused = [&](int code) {
    return Failure(fmt::format("Cannot listen at {} port {}: {}.", address, port, describe_errno(code)));
  };

  Fd fd(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) throw refused(errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    if (errno == EADDRINUSE) return false;
    throw refused(errno);
  }
  state_->start_accepting(state_, std::move(fd));
  return true;
}

void HttpServer::State::start_accepting(const std::shared_ptr<State>& self, Fd listening) {
  const auto endpoint = endpoint_of(listening.get());
  self->acceptor.assign(endpoint.protocol(), listening.get());
  (void)listening.release();
  self->port = endpoint.port();
  self->hosts.set_listener(in_words(endpoint), self->port);
  asio::co_spawn(self->loop, accept_all(self), end_of_coroutine);
}

void HttpServer::take_over(HandedListener listener) {
  assert(!state_->acceptor.is_open());
  State::start_accepting(state_, std::move(listener.socket));
  state_->hosts.set_tunnel_names(std::move(listener.hosts));
  for (auto& [socket, unread] : listener.connections) {
    boost::system::error_code failed;
    if (auto connection = state_->adopt(std::move(socket), unread, failed))
      asio::co_spawn(state_->loop, State::serve(state_, std::move(connection)), end_of_coroutine);
  }
}

std::size_t HttpServer::busy() const {
  return state_->connections->busy();
}

Task<HandedListener> HttpServer::State::hand_over(std::shared_ptr<State> self) {
  HandedListener handed{.socket = Fd(self->acceptor.release()), .hosts = self->hosts.tunnel_names(), .connections = {}};
  self->rest_timer.cancel();
  handed.connections = co_await Connections::hand_over(self->connections);
  co_return handed;
}

asio::awaitable<HandedListener> HttpServer::hand_over() {
  return asio::co_spawn(state_->loop, State::hand_over(state_), asio::use_awaitable);
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

void HttpServer::accept_hosts(std::vector<std::string> hosts) {
  state_->hosts.set_tunnel_names(std::move(hosts));
}

void HttpServer::mount(const std::string& token, MountedSession session) {
  end(token);
  state_->mounts[sha256(token)] =
      std::make_shared<Mount>(std::move(session), state_->loop, state_->workshop, state_->shelf);
}

void HttpServer::check(const std::string& token) {
  const auto found = state_->mounts.find(sha256(token));
  if (found == state_->mounts.end() || !found->second) return;
  asio::co_spawn(state_->loop, Mount::check(found->second), end_of_coroutine);
}

void HttpServer::end(const std::string& token) {
  const auto mount = std::exchange(state_->mounts[sha256(token)], nullptr);
  if (!mount) return;
  mount->end();
  state_->connections->cut_all_that_serve(*mount);
}

void HttpServer::add_ended(const Sha256& token_hash) {
  state_->mounts.try_emplace(token_hash, nullptr);
}

void HttpServer::close() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  state_->rest_timer.cancel();
  state_->connections->cut_all();
  for (const auto& [hash, mount] : state_->mounts) {
    if (mount) mount->end();
  }
  state_->mounts.clear();
  state_->shelf->clear();
}

}  // namespace panko
