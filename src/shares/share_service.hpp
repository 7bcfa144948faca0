// A share's life: start, publish, watch, stop, expire, resume. Owns the store, the gateways (each one HTTP listener
// plus at most one tunnel) and the views. Lives on the daemon's loop: every member is called there and only there.
// Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "config/places.hpp"
#include "shares/handover.hpp"
#include "shares/scans.hpp"
#include "shares/seams.hpp"
#include "store/audit_entry.hpp"
#include "store/share.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

struct StartShareOptions {
  std::filesystem::path session_path;
  std::string provider;
  /// nullopt: the configured default. A value of nullopt inside: never.
  std::optional<std::optional<std::chrono::seconds>> expires;
  bool own_tunnel = false;
  std::optional<std::string> bind;
  bool live = false;  // its page follows the session; else it ends where that ends now
  // What visitors see, and what they need for that; store/share.hpp.
  bool unmasked = false;
  bool personal_shown = false;
  std::vector<std::string> hide{};
  bool downloads = false;
  std::optional<std::string> password{};
  std::optional<std::uint64_t> max_views{};
};

/// What is to be changed of a share; at least one thing.
struct ShareChange {
  std::string share_id;
  bool freeze = false;
  std::optional<std::optional<std::chrono::seconds>> expires{};  // from now on; a value of nullopt inside: never
  std::optional<std::string> password{};                         // empty: none any more
  std::optional<std::uint64_t> max_views{};                      // 0: as many as come
  std::optional<bool> downloads{};
  std::optional<std::vector<std::string>> hide{};

  [[nodiscard]] bool is_empty() const { return !freeze && !expires && !password && !max_views && !downloads && !hide; }
};

struct StartedShare {
  Share share;
  bool existing = false;  // the same session was shared with the same options before
};

struct ProviderState {
  std::string name;
  std::string description;
  std::string program;
  std::optional<Obstacle> obstacle;  // nullopt: it is available
  ProviderTraits traits;
};

/// One gateway's tunnel.
struct TunnelOfShares {
  std::string provider;
  TunnelStatus status;
  std::size_t shares = 0;  // that use it
  std::string share_id;    // of the one share that has it alone; empty: it is for all that come
};

struct View {
  std::string id;
  std::string url;
};

class ShareService {
 public:
  /// Opens the store (state.db), which may be refused (newer version) or set aside (corrupt, see warnings()).
  ShareService(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const Places& places, Config config,
               ShareSeams seams = {});
  ~ShareService();
  ShareService(const ShareService&) = delete;
  ShareService& operator=(const ShareService&) = delete;

  /// Throws when the store could not be opened by this program. Changes nothing.
  static void check_store(const Places& places);

  /// What another daemon served in this process goes on here. Before resume().
  void take_over(SharesHandover handover);
  /// Takes up every share that should be up: rows found `starting` become `stopped`, active ones are served again.
  /// Listeners of `local` are bound before it returns; tunnels come up later, by themselves.
  void resume();

  /// Returns once the share is `active`. Intent (the row) comes before any effect.
  boost::asio::awaitable<StartedShare> start(StartShareOptions options);
  /// Throws for an unknown id; of a stopped share it is nothing. The row is `stopped` before connections are cut. Then
  /// the share's own link is asked: the result is "checked" (410), "unreachable", "still there", or empty where it was
  /// not asked.
  boost::asio::awaitable<std::string> stop(std::string id);
  /// Undoes a stop that was asked for not longer ago than ShareSeams::restore_time, in this daemon: the row is `active`
  /// again, then the session is served under the same URL. Of a share that is up it is nothing.
  Share restore(const std::string& id);
  /// Everything at once; the row says it before the page does. A live share that is frozen becomes a snapshot that ends
  /// where its session ends now; of a snapshot that is nothing. Throws, and nothing has changed, where the share is
  /// stopped, its project does not allow it, or a session that is to be frozen is gone.
  boost::asio::awaitable<Share> change(ShareChange change);
  /// What would be masked of the session as it is now. A share of it that is started the same way goes on with that.
  boost::asio::awaitable<std::shared_ptr<const ScannedSession>> scan(std::filesystem::path session,
                                                                     bool personal_shown);
  /// What is masked of the session for everybody but this user.
  boost::asio::awaitable<RedactionSettings> redaction(std::filesystem::path session, bool personal_shown);
  /// "This is fine", or is not any more: open pages follow.
  void allow_value(const Sha256& hash, bool allow);
  /// The owner's words that are always masked, after the change.
  boost::asio::awaitable<std::vector<std::string>> change_words(std::vector<std::string> add,
                                                                std::vector<std::string> remove);
  /// What happened, the oldest first.
  [[nodiscard]] std::vector<AuditEntry> audit() const;
  [[nodiscard]] std::vector<Share> list() const;
  [[nodiscard]] std::optional<Share> find(const std::string& id) const;
  boost::asio::awaitable<std::vector<ProviderState>> providers();

  /// `ended` is called once when the view ends because nobody has looked at it for a while.
  boost::asio::awaitable<View> open_view(std::filesystem::path session, std::optional<std::uint16_t> port,
                                         std::function<void()> ended = {});
  void close_view(const std::string& id);
  /// For one that was taken over: as `ended` of open_view().
  void hold_view(const std::string& id, std::function<void()> ended);
  [[nodiscard]] std::size_t view_count() const;

  /// serve-stop, Shutdown: every row `stopped`, then serving and tunnels end.
  boost::asio::awaitable<void> stop_all();
  /// SIGTERM, SIGINT: serving and tunnels end in order, rows stay as they are for the next daemon.
  boost::asio::awaitable<void> suspend();

  /// How many visitors' requests are being answered.
  [[nodiscard]] std::size_t busy() const;
  /// For a daemon in this process that takes over: nothing is served any more, tunnels run on, rows stay as they are.
  boost::asio::awaitable<SharesHandover> hand_over();

  /// Called on the loop after a share changed (started, status, URL, stopped). Several may be registered; the result
  /// unregisters when it is destroyed.
  using Listener = std::function<void(const Share&)>;
  [[nodiscard]] std::shared_ptr<void> subscribe(Listener listener);

  /// Sentences for Status and every command: a database that was set aside, ...
  [[nodiscard]] const std::vector<std::string>& warnings() const;
  [[nodiscard]] std::vector<TunnelOfShares> tunnels() const;
  [[nodiscard]] std::vector<pid_t> children() const;  // their processes

 private:
  struct State;
  std::shared_ptr<State> state_;  // a coroutine that waits keeps it too
};

}  // namespace panko
