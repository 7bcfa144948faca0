#include "store/store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.hpp"
#include "sqlite/database.hpp"
#include "store/opening.hpp"

namespace panko {

namespace {

std::optional<std::string> iso(const std::optional<WallTime>& time) {
  return time ? std::optional(to_iso8601(*time)) : std::nullopt;
}

std::optional<std::int64_t> seconds_of(const std::optional<std::chrono::seconds>& time) {
  return time.transform([](auto seconds) { return std::int64_t{seconds.count()}; });
}

void keep_high_water(Database& database, WallTime now) {
  Statement statement(database, R"sql(
    INSERT INTO daemon_state VALUES ('latest_time', ?1)
    ON CONFLICT(key) DO UPDATE SET value = excluded.value WHERE excluded.value > value)sql");
  // Whole seconds, so that texts compare as the times do.
  statement.bind(1, to_iso8601(std::chrono::floor<std::chrono::seconds>(now)));
  statement.run();
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ","));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::vector<Sha256> hashes_of(Statement rows) {
  std::vector<Sha256> hashes;
  while (rows.step()) {
    const std::string bytes = rows.text(0);
    Sha256 hash{};
    if (bytes.size() != hash.size()) continue;
    std::ranges::copy(bytes, hash.begin());
    hashes.push_back(hash);
  }
  return hashes;
}

Share share_from(const Statement& row) {
  Share share;
  share.id = row.text(0);
  share.session_path = row.text(1);
  share.session_name = row.text(2);
  share.public_url = row.text(3);
  share.provider_name = row.text(4);
  share.local_port = static_cast<std::uint16_t>(std::clamp<std::int64_t>(row.integer(5), 0, 65535));
  share.started_at = from_iso8601(row.text(6)).value_or(WallTime{});
  share.status = share_status_from(row.text(7)).value_or(ShareStatus::stopped);
  share.token = row.text(8);
  // An expiry that cannot be read must not become "never": the beginning of time has passed.
  if (!row.is_null(9)) share.expires_at = from_iso8601(row.text(9)).value_or(WallTime{});
  if (!row.is_null(10)) share.expires_after = std::chrono::seconds(row.integer(10));
  share.own_tunnel = row.integer(11) != 0;
  share.bind = row.text(12);
  share.session_id = row.text(13);
  share.snapshot_end = static_cast<std::uint64_t>(row.integer(14));
  share.snapshot_hash = row.text(15);
  share.error = row.text(16);
  if (!row.is_null(17)) share.stopped_at = from_iso8601(row.text(17));
  share.views = static_cast<std::uint64_t>(row.integer(18));
  if (!row.is_null(19)) share.last_viewed_at = from_iso8601(row.text(19));
  share.previous_url = row.text(20);
  if (!row.is_null(21)) share.url_changed_at = from_iso8601(row.text(21));
  share.live = row.integer(22) != 0;
  if (!row.is_null(23)) share.frozen_at = from_iso8601(row.text(23));
  share.loads = static_cast<std::uint64_t>(row.integer(24));
  share.directory = row.text(25);
  share.unmasked = row.integer(26) != 0;
  share.personal_shown = row.integer(27) != 0;
  share.hide = split(row.text(28));
  share.downloads = row.integer(29) != 0;
  share.password_hash = row.text(30);
  if (!row.is_null(31)) share.max_views = static_cast<std::uint64_t>(row.integer(31));
  share.gate_key = row.text(32);
  return share;
}

/// What can be changed of what visitors see and need: five parameters.
void bind_leash(Statement& details, int first, const Share& share) {
  details.bind(first, joined(share.hide));
  details.bind(first + 1, std::int64_t{share.downloads});
  details.bind(first + 2, share.password_hash);
  details.bind(first + 3, share.max_views.transform([](auto views) { return static_cast<std::int64_t>(views); }));
  details.bind_blob(first + 4, share.gate_key);
}

}  // namespace

Store::Store(const std::filesystem::path& file) : database_(open_database(file, kVersion, opening_)) {}
Store::~Store() = default;

void Store::check(const std::filesystem::path& file) {
  check_version(file, kVersion);
}

Store::Store(Store&&) noexcept = default;

namespace {

/// What is in the log is safe there; another reader may be in the way, or the disk is full already.
void make_room_in_log(Database& database) {
  try {
    database.checkpoint();
  } catch (const DatabaseFailure& failure) {
    log_warning(failure.error().message);
  }
}

}  // namespace

void Store::settle(const std::filesystem::path& file) {
  try {
    Database beside(file);
    make_room_in_log(beside);
  } catch (const DatabaseFailure& failure) {
    log_warning(failure.error().message);
  }
}

/// One transaction; where there is no room for it, once more after making some.
template <class Work>
void Store::transact(Work work) {
  const auto attempt = [&] {
    Transaction transaction(*database_);
    work();
    transaction.commit();
  };
  try {
    return attempt();
  } catch (const DatabaseFailure& failure) {
    if (!failure.cannot_write()) throw;
  }
  make_room_in_log(*database_);
  attempt();
}

namespace {

void insert_audit(Database& database, const AuditEntry& entry) {
  Statement row(database, "INSERT INTO audit (at, share_id, session_name, event, detail) VALUES (?1, ?2, ?3, ?4, ?5)");
  row.bind(1, to_iso8601(entry.at));
  row.bind(2, entry.share_id);
  row.bind(3, entry.session_name);
  row.bind(4, entry.event);
  row.bind(5, entry.detail);
  row.run();
  Statement old(database, "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1");
  old.bind(1, std::int64_t{Store::kAuditEntries});
  old.run();
}

}  // namespace

std::vector<Share> Store::load_shares() {
  Statement rows(*database_, R"sql(
    SELECT s.id, s.session_path, s.session_name, s.public_url, s.provider_name, s.local_port, s.started_at, s.status,
           d.token, d.expires_at, d.expires_after, d.own_tunnel, d.bind, d.session_id, d.snapshot_end,
           d.snapshot_hash, d.error, d.stopped_at, v.views, v.last_viewed_at, u.previous_url, u.changed_at,
           d.live, d.frozen_at, v.loads, d.directory, d.unmasked, d.personal_shown, d.hide, d.downloads,
           d.password_hash, d.max_views, d.gate_key
    FROM shares s LEFT JOIN share_details d ON d.share_id = s.id LEFT JOIN share_views v ON v.share_id = s.id
         LEFT JOIN share_urls u ON u.share_id = s.id
    ORDER BY s.started_at, s.rowid)sql");
  std::vector<Share> shares;
  while (rows.step()) shares.push_back(share_from(rows));
  return shares;
}

void Store::insert(const Share& share, WallTime now) {
  transact([&] {
    Statement row(*database_, "INSERT INTO shares VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    row.bind(1, share.id);
    row.bind(2, share.session_path);
    row.bind(3, share.session_name);
    row.bind(4, share.public_url);
    row.bind(5, share.provider_name);
    row.bind(6, std::int64_t{share.local_port});
    row.bind(7, to_iso8601(share.started_at));
    row.bind(8, name_of(share.status));
    row.run();
    Statement details(*database_,
                      "INSERT INTO share_details VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
                      "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)");
    details.bind(1, share.id);
    details.bind(2, share.token);
    details.bind(3, iso(share.expires_at));
    details.bind(4, seconds_of(share.expires_after));
    details.bind(5, std::int64_t{share.own_tunnel});
    details.bind(6, share.bind);
    details.bind(7, share.session_id);
    details.bind(8, static_cast<std::int64_t>(share.snapshot_end));
    details.bind(9, share.snapshot_hash);
    details.bind(10, share.error);
    details.bind(11, iso(share.stopped_at));
    details.bind(12, std::int64_t{share.live});
    details.bind(13, iso(share.frozen_at));
    details.bind(14, share.directory);
    details.bind(15, std::int64_t{share.unmasked});
    details.bind(16, std::int64_t{share.personal_shown});
    bind_leash(details, 17, share);
    details.run();
    keep_high_water(*database_, now);
  });
}

void Store::update(std::span<const Share* const> shares, WallTime now) {
  transact([&] {
    Statement row(*database_, "UPDATE shares SET status = ?2, public_url = ?3, local_port = ?4 WHERE id = ?1");
    // A row of another tool may have no details yet; one that somebody deleted must not fail all others.
    Statement details(*database_, R"sql(
      INSERT INTO share_details
      SELECT id, '', ?8, ?9, 0, '', '', ?5, ?6, ?2, ?3, ?4, ?7, '', 0, 0, ?10, ?11, ?12, ?13, ?14
      FROM shares WHERE id = ?1
      ON CONFLICT(share_id) DO UPDATE SET error = ?2, stopped_at = ?3, live = ?4, snapshot_end = ?5, snapshot_hash = ?6,
                                          frozen_at = ?7, expires_at = ?8, expires_after = ?9, hide = ?10,
                                          downloads = ?11, password_hash = ?12, max_views = ?13, gate_key = ?14)sql");
    Statement urls(*database_, R"sql(
      INSERT INTO share_urls SELECT id, ?2, ?3 FROM shares WHERE id = ?1
      ON CONFLICT(share_id) DO UPDATE SET previous_url = ?2, changed_at = ?3)sql");
    Statement ended(*database_, "INSERT OR IGNORE INTO ended_tokens VALUES (?1)");
    Statement not_ended(*database_, "DELETE FROM ended_tokens WHERE sha256 = ?1");
    for (const Share* share : shares) {
      row.bind(1, share->id);
      row.bind(2, name_of(share->status));
      row.bind(3, share->public_url);
      row.bind(4, std::int64_t{share->local_port});
      row.run();
      details.bind(1, share->id);
      details.bind(2, share->error);
      details.bind(3, iso(share->stopped_at));
      details.bind(4, std::int64_t{share->live});
      details.bind(5, static_cast<std::int64_t>(share->snapshot_end));
      details.bind(6, share->snapshot_hash);
      details.bind(7, iso(share->frozen_at));
      details.bind(8, iso(share->expires_at));
      details.bind(9, seconds_of(share->expires_after));
      bind_leash(details, 10, *share);
      details.run();
      // Not of a stopped one: that it is stopped needs no new row, and can be written on a full disk.
      if (share->url_changed_at && share->status != ShareStatus::stopped) {
        urls.bind(1, share->id);
        urls.bind(2, share->previous_url);
        urls.bind(3, to_iso8601(*share->url_changed_at));
        urls.run();
      }
      if (share->token.empty()) continue;
      Statement& token = share->status == ShareStatus::stopped ? ended : not_ended;
      token.bind_blob(1, sha256(share->token));
      token.run();
    }
    keep_high_water(*database_, now);
  });
}

void Store::update_views(std::span<const Share* const> shares) {
  transact([&] {
    Statement row(*database_, R"sql(
      INSERT INTO share_views SELECT id, ?2, ?3, ?4 FROM shares WHERE id = ?1
      ON CONFLICT(share_id) DO UPDATE SET views = ?2, last_viewed_at = ?3, loads = ?4)sql");
    for (const Share* share : shares) {
      if (share->loads == 0 && !share->last_viewed_at) continue;
      row.bind(1, share->id);
      row.bind(2, static_cast<std::int64_t>(share->views));
      row.bind(3, iso(share->last_viewed_at).value_or(""));  // it was never null
      row.bind(4, static_cast<std::int64_t>(share->loads));
      row.run();
    }
  });
}

void Store::remove(std::span<const std::string> ids) {
  transact([&] {
    Statement row(*database_, "DELETE FROM shares WHERE id = ?1");  // the details go with it
    for (const std::string& id : ids) {
      row.bind(1, id);
      row.run();
    }
  });
}

void Store::add_audit(const AuditEntry& entry) {
  transact([&] { insert_audit(*database_, entry); });
}

void Store::add_audit_once(const AuditEntry& entry) {
  transact([&] {
    Statement last(*database_, "SELECT detail FROM audit WHERE share_id = ?1 AND event = ?2 ORDER BY id DESC LIMIT 1");
    last.bind(1, entry.share_id);
    last.bind(2, entry.event);
    if (last.step() && last.text(0) == entry.detail) return;
    insert_audit(*database_, entry);
  });
}

std::vector<AuditEntry> Store::audit() {
  Statement rows(*database_, "SELECT at, share_id, session_name, event, detail FROM audit ORDER BY id");
  std::vector<AuditEntry> entries;
  while (rows.step()) {
    entries.push_back({.at = from_iso8601(rows.text(0)).value_or(WallTime{}),
                       .share_id = rows.text(1),
                       .session_name = rows.text(2),
                       .event = rows.text(3),
                       .detail = rows.text(4)});
  }
  return entries;
}

void Store::allow_value(const Sha256& hash, bool allow) {
  transact([&] {
    Statement row(*database_, allow ? "INSERT OR IGNORE INTO allowed_values VALUES (?1)"
                                    : "DELETE FROM allowed_values WHERE hash = ?1");
    row.bind_blob(1, hash);
    row.run();
  });
}

std::vector<Sha256> Store::allowed_values() {
  return hashes_of(Statement(*database_, "SELECT hash FROM allowed_values ORDER BY hash"));
}

std::string Store::value_salt() {
  constexpr const char* kSalt = "SELECT value FROM daemon_state WHERE key = 'value_salt'";
  if (std::string salt = database_->query_text(kSalt); !salt.empty()) return salt;
  transact([&] {
    Statement row(*database_, "INSERT OR IGNORE INTO daemon_state VALUES ('value_salt', ?1)");
    row.bind(1, random_token());
    row.run();
  });
  return database_->query_text(kSalt);
}

std::vector<Sha256> Store::ended_tokens() {
  return hashes_of(Statement(*database_, "SELECT sha256 FROM ended_tokens"));
}

WallTime Store::high_water() {
  return from_iso8601(database_->query_text("SELECT value FROM daemon_state WHERE key = 'latest_time'"))
      .value_or(WallTime{});
}

std::vector<std::string> Store::warnings() const {
  std::vector<std::string> warnings = opening_;
  for (const auto& file : databases_set_aside(database_->file())) {
    warnings.push_back(
        fmt::format("The database was damaged and is now {}: shares that it held are not served. Remove that file to "
                    "silence this.",
                    file.native()));
  }
  return warnings;
}

}  // namespace panko
