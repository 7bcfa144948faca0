// The socket that the daemon listens on: made so that nobody else can connect even for a moment, removed at the end.
// Made and removed only while the daemon's lock is held. Throws Failure.
#pragma once

#include <filesystem>
#include <utility>

#include "base/fd.hpp"

namespace panko {

class ControlSocket {
 public:
  /// Takes the place of a socket that a dead daemon left.
  [[nodiscard]] static ControlSocket listen(const std::filesystem::path& path);
  /// One that listens already.
  [[nodiscard]] static ControlSocket adopt(std::filesystem::path path, Fd listening) {
    return {std::move(path), std::move(listening)};
  }

  ControlSocket(ControlSocket&&) = default;
  ControlSocket& operator=(ControlSocket&&) = delete;
  ~ControlSocket();

  /// The listening socket, for the one that accepts. The path is still removed with this object.
  [[nodiscard]] Fd take_descriptor() { return std::move(fd_); }

  /// The path stays: somebody else listens there now.
  void leave() { path_.clear(); }

 private:
  ControlSocket(std::filesystem::path path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path path_;  // empty once moved from
  Fd fd_;
};

}  // namespace panko
