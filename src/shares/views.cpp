#include "shares/views.hpp"

#include <boost/asio/steady_timer.hpp>

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/random.hpp"
#include "edition/snapshot.hpp"
#include "shares/addresses.hpp"
#include "shares/waiting.hpp"

namespace panko {

namespace asio = boost::asio;

struct Views::State {
  struct Open {
    Open(asio::io_context& loop, asio::thread_pool& workers, const HttpLimits& limits)
        : http(loop, workers, limits), timer(loop) {}
    ~Open() { http.end(token); }  // its open pages say so
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    HttpServer http;
    asio::steady_timer timer;
    std::filesystem::path session;
    std::string token;
    std::function<void()> ended;
    std::chrono::steady_clock::time_point last_request = std::chrono::steady_clock::now();
  };

  asio::io_context& loop;
  asio::thread_pool& workers;
  const ShareSeams& seams;
  std::map<std::string, std::shared_ptr<Open>> views;

  static asio::awaitable<View> open(std::shared_ptr<State> self, std::filesystem::path session,
                                    std::optional<std::uint16_t> port, std::function<void()> ended);
  static void add(const std::shared_ptr<State>& self, const std::string& id, const std::shared_ptr<Open>& view);
  static asio::awaitable<std::vector<HandedView>> hand_over(std::shared_ptr<State> self);
  static void wait_until_idle(const std::shared_ptr<State>& self, const std::string& id,
                              const std::shared_ptr<Open>& view);
};

asio::awaitable<View> Views::State::open(std::shared_ptr<State> self, std::filesystem::path session,
                                         std::optional<std::uint16_t> port, std::function<void()> ended) {
  // It is said at once when there is no session.
  const auto prepared = value_or_throw(
      co_await on_worker(self->workers, [session = std::move(session)] { return prepare_share(session); }));

  auto view = std::make_shared<Open>(self->loop, self->workers, self->seams.http_limits);
  if (!view->http.listen("127.0.0.1", port.value_or(0)))
    throw Failure(fmt::format("Port {} is taken; choose another one, or none.", port.value_or(0)));
  view->ended = std::move(ended);
  view->session = prepared.path;
  view->token = random_token();
  View result{.id = random_uuid(), .url = fmt::format("{}/s/{}/", base_url_of("", view->http.port()), view->token)};
  add(self, result.id, view);
  co_return result;
}

void Views::State::add(const std::shared_ptr<State>& self, const std::string& id, const std::shared_ptr<Open>& view) {
  view->http.mount(view->token, MountedSession{.path = view->session,
                                               .snapshot = std::nullopt,
                                               .context = {.as_of = {}, .expires_at = {}, .is_view = true},
                                               .on_health = {},
                                               .on_request = [weak = std::weak_ptr(view)] {
                                                 if (const auto open = weak.lock())
                                                   open->last_request = std::chrono::steady_clock::now();
                                               }});
  self->views.emplace(id, view);
  wait_until_idle(self, id, view);
}

asio::awaitable<std::vector<HandedView>> Views::State::hand_over(std::shared_ptr<State> self) {
  std::vector<HandedView> all;
  for (const auto& [id, view] : std::exchange(self->views, {})) {
    view->timer.cancel();
    const auto idle = std::chrono::steady_clock::now() - view->last_request;
    all.push_back({.id = id,
                   .session = view->session,
                   .token = view->token,
                   .idle = std::chrono::duration_cast<std::chrono::milliseconds>(idle),
                   .listener = co_await view->http.hand_over()});
  }
  co_return all;
}

/// A request does not touch the timer: when it fires, it looks when the last one came.
void Views::State::wait_until_idle(const std::shared_ptr<State>& self, const std::string& id,
                                   const std::shared_ptr<Open>& view) {
  view->timer.expires_at(view->last_request + self->seams.view_idle);
  view->timer.async_wait(
      [weak = std::weak_ptr(self), id, weak_view = std::weak_ptr(view)](boost::system::error_code error) {
        const auto state = weak.lock();
        const auto open = weak_view.lock();
        if (error || !state || !open) return;
        if (open->last_request + state->seams.view_idle > std::chrono::steady_clock::now())
          return wait_until_idle(state, id, open);
        state->views.erase(id);
        if (open->ended) open->ended();
      });
}

Views::Views(asio::io_context& loop, asio::thread_pool& workers, const ShareSeams& seams)
    : state_(std::make_shared<State>(loop, workers, seams)) {}

Views::~Views() = default;

asio::awaitable<View> Views::open(std::filesystem::path session, std::optional<std::uint16_t> port,
                                  std::function<void()> ended) {
  return State::open(state_, std::move(session), port, std::move(ended));
}

void Views::take_over(HandedView handed) {
  const auto view = std::make_shared<State::Open>(state_->loop, state_->workers, state_->seams.http_limits);
  view->http.take_over(std::move(handed.listener));
  view->session = std::move(handed.session);
  view->token = std::move(handed.token);
  view->last_request -= handed.idle;
  State::add(state_, handed.id, view);
}

void Views::hold(const std::string& id, std::function<void()> ended) {
  const auto found = state_->views.find(id);
  if (found != state_->views.end()) found->second->ended = std::move(ended);
}

asio::awaitable<std::vector<HandedView>> Views::hand_over() {
  return State::hand_over(state_);
}

std::size_t Views::busy() const {
  std::size_t busy = 0;
  for (const auto& [id, view] : state_->views) busy += view->http.busy();
  return busy;
}

void Views::close(const std::string& id) {
  state_->views.erase(id);
}

void Views::close_all() {
  state_->views.clear();
}

std::size_t Views::count() const {
  return state_->views.size();
}

}  // namespace panko
