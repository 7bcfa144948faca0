#include "http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

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
#include "http/listening.hpp"
#include "http/live_request.hpp"
#include "http/mount.hpp"
#include "http/posted.hpp"
#include "http/routes.hpp"
#include "http/share_answers.hpp"

namespace panko {

namespace {

using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Loop>;

constexpr std::chrono::milliseconds kRestAfterAcceptError{100};
constexpr int kTakenInATurn = 8;  // of the loop, which others use too

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

/// How many bytes may be posted there; 0: nothing is read.
std::size_t most_posted(Route::Kind kind) {
  switch (kind) {
    case Route::Kind::live: return LiveRequest::kMaxBytes;
    case Route::Kind::unlock: return kMaxUnlockBytes;
    case Route::Kind::seen: return kMaxSeenBytes;
    default: return 0;
  }
}

bool takes_posts(Route::Kind kind) {
  return most_posted(kind) > 0 || kind == Route::Kind::open;
}

/// Where visitors come in.
struct Door {
  explicit Door(asio::io_context& loop) : acceptor(loop), rest_timer(loop) {}
  void close() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    rest_timer.cancel();
  }

  Acceptor acceptor;
  Timer rest_timer;
};

/// Gives up the descriptor, or none.
Fd take_descriptor(Door& door) {
  door.rest_timer.cancel();
  return door.acceptor.is_open() ? Fd(door.acceptor.release()) : Fd();
}

}  // namespace

struct HttpServer::State {
  State(asio::io_context& io, asio::thread_pool& workers, HttpLimits limits)
      : loop(io.get_executor()),
        front_door(io),
        back_door(io),
        connections(std::make_shared<Connections>(loop, Connections::Limits{.connections = limits.connections,
                                                                            .streams = limits.streams,
                                                                            .files = limits.files,
                                                                            .held_bytes = limits.unsent_bytes})),
        service(std::make_shared<Service>()) {
    place.workshop = std::make_shared<Workshop>(io, workers, limits.renderings);
    place.searches = std::make_shared<Workshop>(io, workers, limits.searches);
    place.passes = std::make_shared<Workshop>(io, workers, limits.passes);
    place.exports = std::make_shared<Workshop>(io, workers, limits.exports);
    place.shelf = std::make_shared<Shelf>(loop, place.workshop, limits.keep_time);
    place.masked = std::make_shared<MaskedShelf>(loop, place.workshop, limits.masked_bytes, limits.masked_time);
    place.watch = std::make_shared<LiveWatch>(loop);
    desk.checks = std::make_shared<Workshop>(io, workers, 1);
    desk.reads = place.workshop;
    service->limits = limits;
    service->refuse = [this](unsigned status) { return desk.standard.of(status); };
    service->reads_body = [](const Request& request) {
      return request.method == Request::Method::post && request.body_size > 0 &&
             request.body_size <= most_posted(parse_route(request.target).kind);
    };
  }

  static Task<void> accept_all(std::shared_ptr<State> self, Door& door);
  static Task<HandedListener> hand_over(std::shared_ptr<State> self);
  /// Keeps everything alive that the connection's coroutine refers to.
  static Task<void> serve(std::shared_ptr<State> self, std::shared_ptr<Connection> connection);
  static Task<Reply> answer(State& self, std::shared_ptr<Connection> connection, Request request);
  Reply begin_live(const Mount& asked, const Request& request);
  Task<AnswerPtr> asset(std::string name, bool takes_gzip);
  std::shared_ptr<Connection> accept_one(Door& door, int& error);
  std::shared_ptr<Connection> adopt(Fd fd, std::string_view received, boost::system::error_code& failed);
  static void start_accepting(const std::shared_ptr<State>& self, Door& door, Fd listening);

  Loop loop;
  Door front_door;  // at a port
  Door back_door;   // at a path, or closed
  std::uint16_t port = 0;
  HostNames hosts;
  std::shared_ptr<Connections> connections;
  Mount::Place place;
  std::shared_ptr<Service> service;
  ShareDesk desk;
  std::map<std::pair<std::string, bool>, AnswerPtr> assets;  // as many as the program has, once plain and once gzip
  std::unordered_map<Sha256, std::shared_ptr<Mount>, FirstBytes, EqualInConstantTime> mounts;  // nullptr: ended
  Sha256 nonce{};
  AnswerPtr nonce_answer;  // nullptr: there is none
};

/// Whether a page's token was never given out or has ended is the same to whoever asks, and so is one behind a gate: a
/// cookie is only sent to its own share, so each of those is followed for itself. Of `asked` it was seen.
Reply HttpServer::State::begin_live(const Mount& asked, const Request& request) {
  const auto live = parse_live_request(request.body);
  if (!live) return make_message(400, "Bad request", live.error().message);
  auto stream = std::make_shared<LiveStream>(loop, service->limits.live, live->is_poll, request.takes_chunks);
  stream->add_page();  // until all others are there
  for (const auto& page : live->pages) {
    const auto found = mounts.find(sha256(page.token));
    const auto mount = found == mounts.end() ? nullptr : found->second;
    if (!mount || (mount->keeper() != nullptr && mount.get() != &asked)) {
      LiveFeed::refuse(*stream, page.token, "stopped");
    } else {
      stream->add_page();
      Mount::listen(mount, page.token, page.version, stream);
    }
  }
  stream->remove_page();
  return {make_stream_head(request.takes_chunks), std::move(stream)};
}

Task<Reply> HttpServer::State::answer(State& self, std::shared_ptr<Connection> connection, Request request) {
  const auto& standard = self.desk.standard;
  if (!request.host || !self.hosts.accepts(*request.host, connection->local_address)) co_return standard.misdirected;
  if (!request.target.starts_with('/')) co_return standard.misdirected;  // a proxy would be asked so
  auto route = parse_route(request.target);
  const bool is_post = request.method == Request::Method::post;
  if (request.method == Request::Method::other || (is_post && !takes_posts(route.kind))) co_return standard.not_allowed;
  if (request.has_body) co_return standard.too_large;

  // Whatever the path is, a token is hashed and looked up: the time tells nothing.
  const auto hash = sha256(route.token);
  const auto found = self.mounts.find(hash);
  const bool is_nonce = equal_in_constant_time(hash, self.nonce);
  if (route.kind == Route::Kind::robots) co_return standard.robots;
  if (is_nonce && self.nonce_answer && route.kind == Route::Kind::page) co_return self.nonce_answer;
  if (found == self.mounts.end()) co_return standard.not_found;
  const auto mount = found->second;
  if (!mount) co_return standard.gone;

  mount->was_requested();
  connection->serving = mount.get();
  if (route.kind == Route::Kind::asset) co_return co_await self.asset(std::move(route.asset), request.takes_gzip);
  if (route.kind != Route::Kind::live)
    co_return co_await answer_share(self.desk, mount, std::move(connection), std::move(request), std::move(route));
  if (!is_post) co_return standard.only_posted;
  if (!is_let_in(*mount, request)) co_return refuse_entry(self.desk, *mount, request, route);
  co_return self.begin_live(*mount, request);
}

Task<AnswerPtr> HttpServer::State::asset(std::string name, bool takes_gzip) {
  const auto file = find_asset(name);
  if (!file) co_return desk.standard.not_found;
  const std::pair key(std::move(name), takes_gzip);
  if (const auto known = assets.find(key); known != assets.end()) co_return known->second;
  const auto made = co_await place.workshop->run([file = *file, takes_gzip] {
    return make_answer({.content_type = file.content_type, .immutable = true}, file.bytes, takes_gzip);
  });
  if (!made) co_return desk.standard.failed;
  assets[key] = *made;
  co_return *made;
}

Task<void> HttpServer::State::serve(std::shared_ptr<State> self, std::shared_ptr<Connection> connection) {
  co_await serve_connection(self->service, std::move(connection));
}

/// nullptr with errno's value in `error`.
std::shared_ptr<Connection> HttpServer::State::accept_one(Door& door, int& error) {
  // Asio's own accept would leave the socket open across exec.
  Fd fd(::accept4(door.acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
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
  auto end = local_end_of(fd.get());
  Socket socket(loop);
  socket.assign(end.protocol, fd.get(), failed);
  if (failed) return nullptr;
  (void)fd.release();
  boost::system::error_code ignored;  // a Unix socket knows no delay
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!hosts.is_wildcard()) end.address.clear();
  return std::make_shared<Connection>(connections, std::move(socket), Inbox(service->limits.header_bytes, received),
                                      std::move(end.address));
}

Task<void> HttpServer::State::accept_all(std::shared_ptr<State> self, Door& door) {
  while (door.acceptor.is_open()) {
    const auto [closed] = co_await door.acceptor.async_wait(Acceptor::wait_read, kTupleTask);
    if (closed) break;
    int error = 0;
    for (int taken = 0; door.acceptor.is_open() && error == 0 && taken < kTakenInATurn; ++taken) {
      if (auto connection = self->accept_one(door, error)) {
        asio::co_spawn(self->loop, serve(self, std::move(connection)), end_of_coroutine);
      }
    }
    const bool is_over =
        error == 0 || error == EAGAIN || error == EWOULDBLOCK || error == ECONNABORTED || error == EINTR;
    if (is_over || !door.acceptor.is_open()) continue;
    // No descriptors or no memory: the queue stays readable, and asking again at once would only spin.
    log_warning(fmt::format("No connection could be accepted: {}", describe_errno(error)));
    door.rest_timer.expires_after(kRestAfterAcceptError);
    co_await door.rest_timer.async_wait(kTupleTask);
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
  assert(!state_->front_door.acceptor.is_open());
  Fd fd = listen_at_port(address, port);
  if (!fd) return false;
  State::start_accepting(state_, state_->front_door, std::move(fd));
  return true;
}

void HttpServer::listen_unix(const std::filesystem::path& path) {
  assert(!state_->back_door.acceptor.is_open());
  State::start_accepting(state_, state_->back_door, listen_at_path(path));
}

void HttpServer::State::start_accepting(const std::shared_ptr<State>& self, Door& door, Fd listening) {
  const auto end = local_end_of(listening.get());
  boost::system::error_code error;
  door.acceptor.assign(end.protocol, listening.get(), error);
  if (error) throw Failure(fmt::format("Cannot serve at port {}: {}.", end.port, error.message()));
  (void)listening.release();
  if (end.path.empty()) {
    self->port = end.port;
    self->hosts.set_listener(end.address, self->port);
  }
  asio::co_spawn(self->loop, accept_all(self, door), end_of_coroutine);
}

void HttpServer::take_over(HandedListener listener) {
  assert(!state_->front_door.acceptor.is_open());
  State::start_accepting(state_, state_->front_door, std::move(listener.socket));
  if (listener.origin) State::start_accepting(state_, state_->back_door, std::move(listener.origin));
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
  HandedListener handed{.socket = take_descriptor(self->front_door),
                        .origin = take_descriptor(self->back_door),
                        .hosts = self->hosts.tunnel_names(),
                        .connections = {}};
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
  auto& mounted = state_->mounts[sha256(token)];
  std::shared_ptr<Presence> presence;
  if (const auto before = std::exchange(mounted, nullptr)) {
    before->give_way(session);
    state_->connections->cut_all_that_serve(*before);
    presence = before->presence();
  } else {
    presence = std::make_shared<Presence>(state_->loop, state_->service->limits.viewer_time);
  }
  mounted = std::make_shared<Mount>(std::move(session), token, state_->loop, state_->place, std::move(presence));
}

void HttpServer::prepare(const std::string& token) {
  const auto found = state_->mounts.find(sha256(token));
  if (found == state_->mounts.end() || !found->second) return;
  asio::co_spawn(state_->loop, Mount::prepare(found->second), end_of_coroutine);
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

void HttpServer::answer_nonce(const std::string& token, const std::string& answer) {
  state_->nonce = sha256(token);
  state_->nonce_answer = make_answer({.content_type = "text/plain; charset=utf-8"}, answer, false);
}

void HttpServer::close() {
  auto& behind = state_->back_door.acceptor;
  if (behind.is_open()) ::unlink(local_end_of(behind.native_handle()).path.c_str());
  state_->front_door.close();
  state_->back_door.close();
  state_->connections->cut_all();
  for (const auto& [hash, mount] : state_->mounts) {
    if (mount) mount->end();
  }
  state_->mounts.clear();
  state_->place.shelf->clear();
  state_->place.masked->clear();
}

}  // namespace panko
