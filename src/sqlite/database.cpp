#include "sqlite/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace panko {

namespace {

/// How long another program (a backup, a curious user) may hold the database: this is waited for on the daemon's loop.
constexpr int kBusyMilliseconds = 500;

std::string describe(int code, const std::filesystem::path& file, std::string_view detail) {
  switch (code & 0xff) {
    case SQLITE_FULL: return fmt::format("{} cannot be written: the disk is full; free some space.", file.native());
    case SQLITE_IOERR:
      return fmt::format("{} cannot be read or written ({}); check the disk and its free space.", file.native(),
                         detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fmt::format("{} is damaged; restart the daemon, which sets it aside.", file.native());
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return fmt::format("{} cannot be opened for writing; check the permissions of it and its directory.",
                         file.native());
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("{} is locked by another program; close that program and try again.", file.native());
    default: return fmt::format("{} cannot be used: {}.", file.native(), detail);
  }
}

}  // namespace

DatabaseFailure::DatabaseFailure(int code, const std::filesystem::path& file, std::string_view detail)
    : Failure(describe(code, file, detail)), code_(code & 0xff) {}

DatabaseFailure DatabaseFailure::damaged(const std::filesystem::path& file) {
  return {SQLITE_CORRUPT, file, ""};
}

bool DatabaseFailure::corrupt() const {
  return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB;
}

bool DatabaseFailure::has_other_schema() const {
  return code_ == SQLITE_ERROR;
}

bool DatabaseFailure::busy() const {
  return code_ == SQLITE_BUSY || code_ == SQLITE_LOCKED;
}

bool DatabaseFailure::cannot_write() const {
  return code_ == SQLITE_FULL || code_ == SQLITE_IOERR;
}

Database::Database(const std::filesystem::path& file) : file_(file) {
  // NOMUTEX: one thread uses a connection. Without CREATE a file that vanished meanwhile is an error.
  const int code = sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const DatabaseFailure failure(code, file_, handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
    sqlite3_close_v2(handle_);
    throw failure;  // NOLINT(misc-throw-by-value-catch-by-reference): built before the handle went
  }
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::fail_with(int code) const {
  throw DatabaseFailure(code, file_, sqlite3_errmsg(handle_));
}

void Database::execute(const char* sql) {
  if (const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail_with(code);
}

std::string Database::query_text(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

std::int64_t Database::query_integer(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Database::checkpoint() {
  (void)query_integer("PRAGMA schema_version");  // a connection that has read nothing does not know that there is a log
  const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code);
}

void Database::reset(unsigned page_size) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
  const std::string sql = fmt::format("PRAGMA page_size = {}; VACUUM", page_size);
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
  if (code != SQLITE_OK) fail_with(code);
}

void Database::leave_untouched() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v2(database_.handle_, sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
  if (code != SQLITE_OK) database_.fail_with(code);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

void Statement::bind(int parameter, std::string_view text) {
  // An empty view may have no address, and that would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  const int code = sqlite3_bind_text64(handle_, parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);  // NOLINT
  if (code != SQLITE_OK) database_.fail_with(code);
}

void Statement::bind(int parameter, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_, parameter, value); code != SQLITE_OK) database_.fail_with(code);
}

void Statement::bind_null(int parameter) {
  if (const int code = sqlite3_bind_null(handle_, parameter); code != SQLITE_OK) database_.fail_with(code);
}

void Statement::bind_blob(int parameter, std::span<const std::uint8_t> bytes) {
  const int code = sqlite3_bind_blob64(handle_, parameter, bytes.data(), bytes.size(), SQLITE_TRANSIENT);  // NOLINT
  if (code != SQLITE_OK) database_.fail_with(code);
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  bind_blob(parameter, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));  // NOLINT
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(handle_);
    database_.fail_with(code);
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(handle_);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  return std::string(bytes(column));
}

std::string_view Statement::bytes(int column) const {
  const auto* data = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // A failed commit may have rolled back already; the result of this one changes nothing.
  if (sqlite3_get_autocommit(database_.handle_) == 0) {
    sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
}

}  // namespace panko
