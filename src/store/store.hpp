// state.db: which shares should be up. Opens the file, brings it to this program's version, and answers typed queries;
// no SQL is anywhere else. Every member is one transaction, durable when it returns (0.2 ms), or it throws Failure and
// nothing has changed. Used by one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/audit_entry.hpp"
#include "store/share.hpp"

namespace panko {

class Database;

class Store {
 public:
  static constexpr int kVersion = 5;

  /// Creates the file where there is none. Refused: a newer version's file (left untouched), a network file system.
  /// A damaged file is set aside as `state.db.corrupt-<time>`, and an empty one takes its place.
  explicit Store(const std::filesystem::path& file);
  /// Throws when this program cannot open the file, which another one may use at the same time. Changes nothing.
  static void check(const std::filesystem::path& file);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) = delete;

  /// In the order they were started. A row without a token comes from an older program.
  [[nodiscard]] std::vector<Share> load_shares();

  /// `now` also moves the high-water mark of time, never back.
  void insert(const Share& share, WallTime now);
  /// Writes what can change of these shares but their views: status, URL and the one before, port, error, times,
  /// whether it is live, with its snapshot, what visitors see of it and what they need for that. The token of a stopped
  /// one is remembered as ended until it is not stopped any more.
  void update(std::span<const Share* const> shares, WallTime now);
  void update_views(std::span<const Share* const> shares);
  /// Only the last kAuditEntries stay.
  void add_audit(const AuditEntry& entry);
  /// Not when the share's last entry of that event says the same.
  void add_audit_once(const AuditEntry& entry);
  /// The oldest first.
  [[nodiscard]] std::vector<AuditEntry> audit();
  static constexpr int kAuditEntries = 10'000;

  /// Values of which the owner said "this is fine", by their salted hashes, sorted. The salt is made here once.
  void allow_value(const Sha256& hash, bool allow);
  [[nodiscard]] std::vector<Sha256> allowed_values();
  [[nodiscard]] std::string value_salt();
  /// Forgets these shares, but for their ended tokens.
  void remove(std::span<const std::string> ids);

  /// Hashes of the tokens of all shares that have ended, forgotten ones too: their links answer 410.
  [[nodiscard]] std::vector<Sha256> ended_tokens();
  /// The latest time that a transaction here ever saw.
  [[nodiscard]] WallTime high_water();

  /// What the log of this database holds goes into the file, and the log's space is there to be written again. Only
  /// rows make the file grow; so once this was done after an insert, that share can be stopped on a full disk.
  /// Takes several syncs: to be called on a worker, beside the thread that uses the store. Failures are logged.
  static void settle(const std::filesystem::path& file);

  /// What the user should know of the file, as sentences.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  template <class Work>
  void transact(Work work);

  std::vector<std::string> opening_;  // warnings of the opening itself, which fills them
  std::unique_ptr<Database> database_;
};

}  // namespace panko
