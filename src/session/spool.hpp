// An anonymous file that is filled piece by piece and read as a Source, as it is at any time: in memory, or in the
// directory for temporary files when it is large. It goes with the last Source of it. Errors are one sentence (a full
// disk, mostly). For one thread at a time; its Sources are any thread's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/result.hpp"
#include "session/source.hpp"

namespace panko {

class Spool {
 public:
  /// `expected`: about how many bytes it will have.
  [[nodiscard]] static Result<Spool> make(std::uint64_t expected);

  [[nodiscard]] Result<void> append(std::string_view bytes);
  /// So many NULs, which take no room.
  [[nodiscard]] Result<void> append_hole(std::uint64_t length);
  /// Nothing at or behind `size` is there any more. A Source that had it finds it gone, or something else.
  [[nodiscard]] Result<void> cut_at(std::uint64_t size);
  [[nodiscard]] std::uint64_t size() const { return written_ + pending_.size(); }

  /// What it holds now; it may be filled on.
  [[nodiscard]] Result<Source> source();

 private:
  explicit Spool(Fd fd) : fd_(std::make_shared<const Fd>(std::move(fd))) {}
  Result<void> write(std::string_view bytes);
  Result<void> flush();

  std::shared_ptr<const Fd> fd_;
  std::uint64_t written_ = 0;
  std::string pending_;  // behind that
};

}  // namespace panko
