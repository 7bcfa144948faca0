// A thin owner of one SQLite connection, its statements and its transactions. Knows no table.
// Throws DatabaseFailure, whose message is a sentence that names the file. Used by one thread; a Statement and a
// Transaction must not outlive their Database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace panko {

class DatabaseFailure : public Failure {
 public:
  DatabaseFailure(int code, const std::filesystem::path& file, std::string_view detail);
  [[nodiscard]] static DatabaseFailure damaged(const std::filesystem::path& file);
  /// The file is no database, or a damaged one.
  [[nodiscard]] bool corrupt() const;
  /// The database does not have the tables or columns that the statement names.
  [[nodiscard]] bool has_other_schema() const;
  /// Another process has it locked, for longer than was waited.
  [[nodiscard]] bool busy() const;
  /// The disk is full or does not take writes.
  [[nodiscard]] bool cannot_write() const;

 private:
  int code_;  // SQLite's primary result code
};

class Database {
 public:
  /// The file must exist: whoever creates it decides its mode. An empty file is an empty database.
  explicit Database(const std::filesystem::path& file);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Statements without parameters and results.
  void execute(const char* sql);
  /// The first column of the first row.
  [[nodiscard]] std::string query_text(const char* sql);
  [[nodiscard]] std::int64_t query_integer(const char* sql);

  /// Moves what the log holds into the file, so that the log's own space can be written again.
  void checkpoint();
  /// Empties the database, however damaged or foreign it is, in place: other processes that have it open see an empty
  /// one too, and no journal is left that belongs to another file.
  void reset(unsigned page_size);
  /// On close, leaves file and log exactly as they are.
  void leave_untouched();
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  friend class Statement;
  friend class Transaction;
  [[noreturn]] void fail_with(int code) const;

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
};

/// Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t value);
  void bind_null(int parameter);
  void bind_blob(int parameter, std::span<const std::uint8_t> bytes);
  void bind_blob(int parameter, std::string_view bytes);
  template <class T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value)
      bind(parameter, *value);
    else
      bind_null(parameter);
  }

  /// True while there is a row.
  bool step();
  /// Runs a statement without rows and makes it ready to run again.
  void run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;  // bytes as they are, of a blob too
  /// The same without a copy; valid until the next step().
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// Rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
};

}  // namespace panko
