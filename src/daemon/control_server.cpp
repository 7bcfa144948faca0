#include "daemon/control_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <set>

#include "base/log.hpp"
#include "protocol/address.hpp"

namespace panko {

namespace asio = boost::asio;
using asio::awaitable;
using asio::local::stream_protocol;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

bool is_own_process(stream_protocol::socket& socket) {
  const auto peer = protocol::peer_of(socket.native_handle());
  if (peer && peer->uid == ::geteuid()) return true;
  log_warning(fmt::format("Refused a client of user {}.", peer ? static_cast<long>(peer->uid) : -1));
  return false;
}

}  // namespace

struct ControlServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, Fd listening, std::shared_ptr<DaemonContext> context, IpcLimits ipc_limits)
      : acceptor(loop, stream_protocol(), listening.release()),
        wake(loop),
        daemon(std::move(context)),
        limits(ipc_limits) {}

  stream_protocol::acceptor acceptor;
  asio::steady_timer wake;  // cancelled when a client leaves
  std::shared_ptr<DaemonContext> daemon;
  IpcLimits limits;
  std::set<std::shared_ptr<ControlConnection>> connections;
  bool leaving = false;

  awaitable<void> pause(std::chrono::steady_clock::time_point end) {
    wake.expires_at(end);
    co_await wake.async_wait(kNoThrow);
  }

  awaitable<void> accept() {
    const auto keep = shared_from_this();
    while (acceptor.is_open() && !leaving) {
      if (connections.size() >= limits.clients) {
        co_await pause(std::chrono::steady_clock::time_point::max());
        continue;
      }
      auto [error, socket] = co_await acceptor.async_accept(kNoThrow);
      if (error == asio::error::operation_aborted) continue;
      if (error) {
        // Out of descriptors, most likely: the connection stays in the backlog, so asking at once would spin.
        log_warning(fmt::format("Cannot accept a client: {}.", error.message()));
        co_await pause(std::chrono::steady_clock::now() + kPauseWithoutDescriptors);
        continue;
      }
      // Asio does not set it, and a tunnel must not inherit a client.
      ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
      if (is_own_process(socket)) serve(std::move(socket));
    }
  }

  void serve(stream_protocol::socket socket, std::optional<HandedClient> taken_over = {}) {
    auto connection = std::make_shared<ControlConnection>(std::move(socket), daemon, limits);
    connections.insert(connection);
    if (taken_over) connection->take_over(std::move(*taken_over));
    if (leaving) connection->begin_to_leave();
    // The coroutine's frame dies before its completion is called, so the connection is held here.
    asio::co_spawn(acceptor.get_executor(), connection->serve(),
                   [self = shared_from_this(), connection](const std::exception_ptr& error) {
                     if (!connection->is_parked()) self->connections.erase(connection);
                     self->wake.cancel();
                     log_exception(error);
                   });
  }

  void stop_serving() {
    leaving = true;
    boost::system::error_code ignored;
    acceptor.cancel(ignored);
    wake.cancel();
    for (const auto& connection : connections) connection->begin_to_leave();
  }

  static awaitable<Handed> hand_over(std::shared_ptr<State> self) {
    self->stop_serving();
    // Whoever was accepted in this turn of the loop comes in the next one.
    co_await asio::post(self->acceptor.get_executor(), asio::use_awaitable);
    const auto is_on_its_way = [](const auto& connection) { return connection->is_on_its_way(); };
    while (std::ranges::any_of(self->connections, is_on_its_way))
      co_await self->pause(std::chrono::steady_clock::time_point::max());
    Handed handed{.listening = Fd(self->acceptor.release()), .clients = {}};
    for (const auto& connection : self->connections) {
      if (auto client = connection->leave()) handed.clients.push_back(std::move(*client));
      connection->close();
    }
    co_return handed;
  }

  static void log_exception(const std::exception_ptr& exception) {
    try {
      if (exception) std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      log_error(fmt::format("The control socket failed inside: {}", error.what()));
    }
  }
};

ControlServer::ControlServer(asio::io_context& loop, Fd listening, std::shared_ptr<DaemonContext> daemon,
                             IpcLimits limits, std::vector<HandedClient> clients)
    : state_(std::make_shared<State>(loop, std::move(listening), std::move(daemon), limits)) {
  for (auto& client : clients) {
    stream_protocol::socket socket(loop, stream_protocol(), client.socket.release());
    state_->serve(std::move(socket), std::move(client));
  }
  asio::co_spawn(loop, state_->accept(), State::log_exception);
}

ControlServer::~ControlServer() {
  stop_accepting();
}

std::size_t ControlServer::busy() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(state_->connections, [](const auto& connection) { return connection->is_busy(); }));
}

void ControlServer::stop_serving() {
  state_->stop_serving();
}

awaitable<ControlServer::Handed> ControlServer::hand_over() {
  return State::hand_over(state_);
}

void ControlServer::stop_accepting() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  state_->wake.cancel();
}

}  // namespace panko
