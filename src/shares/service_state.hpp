// What ShareService consists of: the ledger says which shares there are, the pool has their gateways, and this joins
// them. starting.cpp brings a share up, service_state.cpp keeps it up and resumes it, mounting.cpp says what is
// published of it, changing.cpp changes that, stopping.cpp ends it, restoring.cpp undoes a stop, scanning.cpp knows
// what is to be masked. Lives on the loop.
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

#include "http/gate.hpp"
#include "shares/expiry.hpp"
#include "shares/gateway_pool.hpp"
#include "shares/ledger.hpp"
#include "shares/masking.hpp"
#include "shares/scans.hpp"
#include "shares/seams.hpp"
#include "shares/session_watch.hpp"
#include "shares/share_service.hpp"
#include "shares/views.hpp"
#include "shares/visits.hpp"
#include "shares/waiting.hpp"

namespace panko {

struct ShareService::State : std::enable_shared_from_this<ShareService::State> {
  State(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const Places& places, Config config,
        ShareSeams seams);

  /// A share that is not stopped.
  struct Live {
    std::shared_ptr<Gateway> gateway;  // nullptr: there is none, and `problem` says why
    std::string problem;               // with the session or the gateway's address; empty: none
    bool watched = false;
    Audience audience{};                      // as it is mounted
    std::shared_ptr<MaskedSession> masked{};  // for the first mount: the pass of a scan
    bool prepare = false;                     // the session pass is made before anybody comes
    std::shared_ptr<WakeUp> settled;          // while it is starting, for those who wait for the same share

    [[nodiscard]] bool is_lost() const { return !gateway && !settled; }
  };

  // starting.cpp
  static boost::asio::awaitable<StartedShare> start(std::shared_ptr<State> self, StartShareOptions options);
  static boost::asio::awaitable<StartedShare> join(std::shared_ptr<State> self, std::string id);
  static boost::asio::awaitable<bool> has_password(std::shared_ptr<State> self, std::string id, std::string password);
  static boost::asio::awaitable<StartedShare> begin(std::shared_ptr<State> self, Share share,
                                                    std::shared_ptr<MaskedSession> masked);
  static boost::asio::awaitable<void> reread_sections(std::shared_ptr<State> self);
  static boost::asio::awaitable<std::vector<ProviderState>> provider_states(std::shared_ptr<State> self);
  [[nodiscard]] const Provider& provider_named(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> same_shares(const Share& wish);
  [[nodiscard]] std::shared_ptr<Gateway> gateway_of(const std::string& id) const;
  /// Why there can be one tunnel of this provider only; empty: there can be many.
  [[nodiscard]] std::string why_single(const std::string& provider) const;
  void check_single(const Share& wish);
  void check_room() const;
  static std::optional<std::chrono::seconds> check_expiry(std::optional<std::chrono::seconds> after);
  static void check_password(const std::string& password);
  static void check_max_views(std::uint64_t views);
  [[noreturn]] void fail_start(const std::string& id, const std::string& reason);

  // restoring.cpp
  void may_be_restored(const std::string& id);
  Share restore(const std::string& id);

  // changing.cpp
  static boost::asio::awaitable<Share> change(std::shared_ptr<State> self, ShareChange change);
  [[nodiscard]] Share& to_be_changed(const std::string& id);
  static void check_frozen(const Share& share, const Result<Snapshot>& snapshot);

  // mounting.cpp
  void mount(const Share& share, Live& live);
  void mount_again(const std::string& id);
  void mount_changed();
  void withdraw(const std::string& id, const std::string& why);
  void on_masked(const std::string& id, MaskedCounts counts);
  [[nodiscard]] bool on_open(const std::string& id);
  void on_view(const std::string& id);

  // scanning.cpp
  [[nodiscard]] static Result<ProjectPolicy> policy_of(const Share& share);
  void read_policies();
  [[nodiscard]] std::string why_not_served(const Share& share) const;
  static boost::asio::awaitable<void> mend_policies(std::shared_ptr<State> self, std::set<std::string> ids);
  static boost::asio::awaitable<void> reread_words(std::shared_ptr<State> self);
  [[nodiscard]] const Masking& known_masking() const;
  static boost::asio::awaitable<RedactionSettings> redaction(std::shared_ptr<State> self, std::filesystem::path session,
                                                             bool personal_shown);
  static boost::asio::awaitable<std::shared_ptr<const ScannedSession>> scan(std::shared_ptr<State> self,
                                                                            std::filesystem::path session,
                                                                            bool personal_shown);
  void allow_value(const Sha256& hash, bool allow);
  static boost::asio::awaitable<std::vector<std::string>> change_words(std::shared_ptr<State> self,
                                                                       std::vector<std::string> add,
                                                                       std::vector<std::string> remove);

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

  // stopping.cpp
  /// The rows say `stopped`, then nothing is served any more; the second even if the first fails, and the result says
  /// why.
  std::optional<Error> end(const std::set<std::string>& ids, const std::string& reason = "");
  static boost::asio::awaitable<std::string> stop(std::shared_ptr<State> self, std::string id);
  static boost::asio::awaitable<std::string> ask_whether_gone(std::shared_ptr<State> self, Share share);
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
  const std::filesystem::path word_list;
  Masking masking;
  std::shared_ptr<WakeUp> words_busy;                     // the list of words is being written
  std::map<std::string, Result<ProjectPolicy>> policies;  // of what is up, or can be restored
  std::shared_ptr<Scans> scans;
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
