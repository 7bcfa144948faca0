// The shares as they stand, in memory and in state.db, and who wants to hear of changes. Memory is right at once; a row
// that could not be written is written as soon as it can be. Lives on the loop. Throws Failure.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "shares/expiry.hpp"
#include "store/store.hpp"

namespace panko {

class Ledger {
 public:
  using Listener = std::function<void(const Share&)>;

  Ledger(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const std::filesystem::path& database,
         std::function<WallTime()> wall);

  /// Never runs back, not even from one daemon to the next.
  [[nodiscard]] WallTime now() { return clock_.now(); }

  /// Until the share is forgotten; nullptr: there is none. What a caller changes counts once it is saved.
  [[nodiscard]] Share* find(const std::string& id);
  [[nodiscard]] std::map<std::string, Share>& by_id() { return shares_; }
  /// In the order they were started.
  [[nodiscard]] std::vector<Share> list() const;

  /// The row is there when it returns; else it throws, and there is no such share.
  void add(Share share);
  /// Writes what has changed of these shares, in one transaction, and tells the listeners. The result says why the rows
  /// could not be written yet; nullopt: they are.
  std::optional<Error> save(const std::set<std::string>& ids);
  /// Writes the views of these shares. Throws when that cannot be done.
  void save_views(const std::set<std::string>& ids);
  /// The listeners hear of the share as it stands.
  void tell(const std::string& id);
  /// Afterwards, in the background, what is saved can be changed on a full disk.
  void settle();
  /// Drops shares that stopped before `time`: the result.
  std::vector<Share> forget_stopped_before(WallTime time);

  /// A line of the audit. One that cannot be written is lost, and the log says so.
  void note(const Share& share, std::string_view event, std::string detail);
  /// Unless the share's last line of that event says the same.
  void note_once(const Share& share, std::string_view event, std::string detail);
  [[nodiscard]] std::vector<AuditEntry> audit() { return store_.audit(); }

  /// Values that are fine, after the change. Throws when that cannot be written.
  std::vector<Sha256> allow_value(const Sha256& hash, bool allow);
  [[nodiscard]] std::vector<Sha256> allowed_values() { return store_.allowed_values(); }
  [[nodiscard]] std::string value_salt() { return store_.value_salt(); }

  [[nodiscard]] std::shared_ptr<void> subscribe(Listener listener);
  [[nodiscard]] std::vector<Sha256> ended_tokens() { return store_.ended_tokens(); }
  [[nodiscard]] std::vector<std::string> warnings() const { return store_.warnings(); }

 private:
  [[nodiscard]] std::vector<const Share*> rows_of(const std::set<std::string>& ids);
  void add_to_audit(const Share& share, std::string_view event, std::string detail,
                    void (Store::*add)(const AuditEntry&));
  std::optional<Error> write(const std::set<std::string>& ids);
  void retry_later();
  void notify(const Share& share);

  boost::asio::thread_pool& workers_;
  const std::filesystem::path database_;
  Store store_;
  ForwardClock clock_;
  std::map<std::string, Share> shares_;
  std::set<std::string> unwritten_;
  boost::asio::steady_timer retry_;
  std::vector<std::weak_ptr<Listener>> listeners_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace panko
