// What ShareService consists of: the ledger says which shares there are, the pool has their gateways, and this joins
// them. starting.cpp brings a share up, service_state.cpp keeps it up, resumes and ends it, restoring.cpp undoes a
// stop, freezing.cpp ends that a share follows its session. Lives on the loop.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shares/expiry.hpp"
#include "shares/gateway_pool.hpp"
#include "shares/ledger.hpp"
#include "shares/seams.hpp"
#include "shares/session_watch.hpp"
#include "shares/share_service.hpp"
#include "shares/views.hpp"
#include "shares/visits.hpp"
#include "shares/waiting.hpp"

namespace panko {

struct ShareService::State {
  State(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const Places& places, Config config,
        ShareSeams seams);

  /// A share that is not stopped.
  struct Live {
    std::shared_ptr<Gateway> gateway;  // nullptr: there is none, and `problem` says why
    std::string problem;               // with the session or the gateway's address; empty: none
    bool watched = false;
    std::shared_ptr<WakeUp> settled;  // while it is starting, for those who wait for the same share

    [[nodiscard]] bool is_lost() const { return !gateway && !settled; }
  };

  // starting.cpp
  static boost::asio::awaitable<StartedShare> start(std::shared_ptr<State> self, StartShareOptions options);
  static boost::asio::awaitable<StartedShare> join(std::shared_ptr<State> self, std::string id);
  static boost::asio::awaitable<StartedShare> begin(std::shared_ptr<State> self, Share share);
  static boost::asio::awaitable<void> reread_sections(std::shared_ptr<State> self);
  static boost::asio::awaitable<std::vector<ProviderState>> provider_states(std::shared_ptr<State> self);
  [[nodiscard]] const Provider& provider_named(const std::string& name) const;
  [[nodiscard]] std::string same_share(const Share& wish);
  [[nodiscard]] std::shared_ptr<Gateway> gateway_of(const std::string& id) const;
  /// Why there can be one tunnel of this provider only; empty: there can be many.
  [[nodiscard]] std::string why_single(const std::string& provider) const;
  void check_single(const Share& wish);
  void check_room() const;
  [[noreturn]] void fail_start(const std::string& id, const std::string& reason);

  // restoring.cpp
  void may_be_restored(const std::string& id);
  Share restore(const std::string& id);

  // freezing.cpp
  static boost::asio::awaitable<Share> freeze(std::shared_ptr<State> self, std::string id);
  [[nodiscard]] Share* to_be_frozen(const std::string& id);
  void mount_again(const std::string& id);

  // service_state.cpp
  [[nodiscard]] Share& share_named(const std::string& id);
  [[nodiscard]] static bool is_over(const Share& share, WallTime now);
  void take_over(SharesHandover handover);
  void resume();
  std::set<std::string> end_what_cannot_go_on();
  void take_up(const std::string& id);
  /// Those that have no gateway, now, and when that helps nothing after `wait`, and ever less often.
  void take_up_lost(std::chrono::milliseconds wait);
  void arm_take_up(std::chrono::milliseconds wait);
  void serve(const Share& share, Live& live);
  void mount(const Share& share, const Live& live);
  /// Brings status, URL, port and tunnel in line with how gateway and session stand.
  enum class News { none, of_tunnel, of_row };
  News refresh(const std::string& id);
  void use_url(Share& share, std::string url);
  /// The same, written down and told.
  void update(const std::set<std::string>& ids);
  void on_gateway(const Gateway& gateway);
  void on_health(const std::string& id, const std::optional<Error>& error);
  void on_files(const std::set<std::filesystem::path>& files);
  /// Whether their sessions are still there and the same; on_health hears what has changed.
  void check(const std::function<bool(const Share&)>& wanted);
  void on_time();
  void arm_expiry();

  /// The rows say `stopped`, then nothing is served any more; the second even if the first fails, and the result says
  /// why.
  std::optional<Error> end(const std::set<std::string>& ids, const std::string& reason = "");
  static boost::asio::awaitable<void> stop(std::shared_ptr<State> self, std::string id);
  static boost::asio::awaitable<void> stop_all(std::shared_ptr<State> self);
  static boost::asio::awaitable<void> suspend(std::shared_ptr<State> self);
  static boost::asio::awaitable<SharesHandover> hand_over(std::shared_ptr<State> self);
  void go_dark();

  boost::asio::io_context& loop;
  boost::asio::thread_pool& workers;
  Config config;  // its providers' sections as config.toml has them now, the rest as the daemon began
  const std::filesystem::path config_file;
  std::filesystem::file_time_type config_time;  // of what was read last
  const ShareSeams seams;
  bool closing = false;
  std::vector<std::string> warnings;
  Ledger ledger;
  Visits visits;
  std::set<std::string> restorable;  // stopped because somebody asked for it, not long ago
  std::map<std::string, Live> live;
  GatewayPool pool;
  Views views;
  SessionWatch watch;
  ExpiryTimer expiry;
  std::chrono::nanoseconds asleep;  // as of the last look
  boost::asio::steady_timer take_up_timer;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

}  // namespace panko
