// Errors: pure rooms return Result<T>; rooms that do I/O with a network or a database throw Failure.
// A message is one sentence for the user: what is wrong and, where something can be done, what to do.
#pragma once

#include <exception>
#include <expected>
#include <string>
#include <utility>

namespace panko {

struct Error {
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

/// The one exception of panko. Caught in four places only: main, the IPC dispatcher, the root of each coroutine
/// and the wrapper of worker jobs.
class Failure : public std::exception {
 public:
  explicit Failure(std::string message) : error_{std::move(message)} {}
  explicit Failure(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// Crosses from a room that returns errors into one that throws them.
template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw Failure(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace panko
