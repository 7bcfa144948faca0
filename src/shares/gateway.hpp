// A gateway: one HTTP listener, and at most one tunnel that points at it. Shares mount on it.
// Lives on the loop, in a shared_ptr. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "http/server.hpp"
#include "shares/seams.hpp"
#include "shares/waiting.hpp"
#include "tunnel/provider.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

class Gateway : public std::enable_shared_from_this<Gateway> {
 public:
  struct Setup {
    const Provider* provider = nullptr;
    ProviderSettings settings;
    std::string bind;
    std::filesystem::path tunnels_dir;
  };
  /// `changed`: called when it went up or down, or its URL is another one.
  Gateway(boost::asio::io_context& loop, boost::asio::thread_pool& workers, Setup setup, const ShareSeams& seams,
          std::function<void(Gateway&)> changed);

  /// At the first of these ports that is free, else at a random one. Without a tunnel it is up then.
  void listen(const std::vector<std::uint16_t>& wanted_ports);

  /// Returns once the URL works, at once where it does already. Several may wait for one start. Throws the reason why
  /// it does not come up.
  static boost::asio::awaitable<void> bring_up(std::shared_ptr<Gateway> self);
  /// For shares that were acknowledged before: `changed` tells the result.
  void bring_up_in_background();
  /// Nothing is served any more when the call begins, and the tunnel is gone when it ends.
  static boost::asio::awaitable<void> close(std::shared_ptr<Gateway> self);

  [[nodiscard]] bool is_up() const { return problem_.empty(); }
  [[nodiscard]] bool was_up() const { return !base_url_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }  // why it is not up, one sentence
  [[nodiscard]] std::string url_of(const std::string& token) const;
  [[nodiscard]] std::uint16_t port() const { return http_.port(); }
  [[nodiscard]] pid_t child() const { return tunnel_ ? tunnel_->status().pid : 0; }  // 0: none
  [[nodiscard]] HttpServer& http() { return http_; }

  /// Ids of the shares that use it. Kept by the pool, with the timer that ends it after the last one.
  std::set<std::string> shares;
  boost::asio::steady_timer linger;
  bool lasting = false;  // no such timer: it stays as long as the daemon

 private:
  void make_tunnel();
  void went_up(const std::string& url);
  void went_down(const std::string& reason, bool permanent);

  boost::asio::io_context& loop_;
  Setup setup_;
  TunnelTimes tunnel_times_;
  std::function<void(Gateway&)> changed_;
  HttpServer http_;
  std::unique_ptr<Tunnel> tunnel_;
  std::string base_url_;
  std::string problem_;
  bool coming_up_ = false;  // the first result of a start is awaited
  bool given_up_ = true;    // the tunnel does not come back by itself
  bool closed_ = false;
  std::shared_ptr<WakeUp> news_;
};

}  // namespace panko
