// A gateway: one HTTP listener, and at most one tunnel that points at it. Shares mount on it.
// Lives on the loop, in a shared_ptr. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

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
    std::string name{};  // the same in every daemon: by it a tunnel that outlived its daemon finds its gateway
    const Provider* provider = nullptr;
    ProviderSettings settings{};
    std::string bind{};
    std::filesystem::path tunnels_dir{};
    std::filesystem::path origin_socket{};  // in there; for a provider that wants one
    std::filesystem::path journal{};        // of its tunnel
  };
  /// `changed`: called when it went up or down, its tunnel is in another state, or its URL is another one.
  Gateway(boost::asio::io_context& loop, boost::asio::thread_pool& workers, Setup setup, const ShareSeams& seams,
          std::function<void(Gateway&)> changed);

  /// At the port that the provider's settings name, and there only; else at the first of these that is free, or at a
  /// random one. Where the provider wants that, at a Unix socket too. Without a tunnel it is up then.
  void listen(const std::vector<std::uint16_t>& wanted_ports);
  /// In the place of listen(): what another daemon served in this process. False: settings want another port now.
  bool take_over(HandedListener listener);
  /// Once it listens: when an earlier daemon's run points here, it is the one to go on with. Else nothing happens, and
  /// the result is false.
  bool adopt(const RunRecord& run);
  [[nodiscard]] bool has_run_to_adopt() const { return earlier_.has_value(); }

  /// For the next tunnel that it starts.
  void use_settings(ProviderSettings settings) { setup_.settings = std::move(settings); }

  /// Returns once the URL works, at once where it does already. Several may wait for one start. Throws the reason why
  /// it does not come up.
  static boost::asio::awaitable<void> bring_up(std::shared_ptr<Gateway> self);
  /// For shares that were acknowledged before: `changed` tells the result.
  void bring_up_in_background();
  /// See Tunnel::check_now.
  void check_now();
  /// Nothing is served any more when the call begins, and the tunnel is gone when it ends.
  static boost::asio::awaitable<void> close(std::shared_ptr<Gateway> self);

  [[nodiscard]] bool is_up() const { return problem_.empty(); }
  [[nodiscard]] bool was_up() const { return !base_url_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }  // why it is not up, one sentence
  /// For a moment nobody can say whether it is up: an earlier daemon's tunnel is being looked at.
  [[nodiscard]] bool is_settling() const { return settling_; }
  [[nodiscard]] std::string url_of(const std::string& token) const;
  [[nodiscard]] std::uint16_t port() const { return http_.port(); }
  [[nodiscard]] const std::string& name() const { return setup_.name; }
  [[nodiscard]] const Provider& provider() const { return *setup_.provider; }
  [[nodiscard]] TunnelStatus tunnel_status() const { return tunnel_ ? tunnel_->status() : TunnelStatus(); }
  [[nodiscard]] HttpServer& http() { return http_; }

  /// Ids of the shares that use it. Kept by the pool, with the timer that ends it after the last one.
  std::set<std::string> shares;
  boost::asio::steady_timer linger;
  bool lasting = false;  // no such timer: it stays as long as the daemon

 private:
  void listen_somewhere(const std::vector<std::uint16_t>& wanted_ports);
  [[nodiscard]] std::optional<std::int64_t> fixed_port() const;
  void listen_at_socket();
  void has_listener();
  [[nodiscard]] TunnelSetup tunnel_setup();
  void make_tunnel();
  [[nodiscard]] std::string why_not_now() const;
  void accept_visitors_of(const std::string& url);
  void on_tunnel(const TunnelStatus& status);
  void went_up(const std::string& url);
  void went_down(const std::string& reason);
  void settle();

  boost::asio::io_context& loop_;
  Setup setup_;
  TunnelTimes tunnel_times_;
  std::chrono::milliseconds settling_time_;
  std::function<void(Gateway&)> changed_;
  HttpServer http_;
  Nonce nonce_;
  std::optional<RunRecord> earlier_;  // to be adopted
  std::unique_ptr<Tunnel> tunnel_;
  std::string base_url_;
  std::string problem_;
  bool settling_ = false;
  boost::asio::steady_timer settling_timer_;
  bool closed_ = false;
  std::shared_ptr<WakeUp> news_;
};

}  // namespace panko
