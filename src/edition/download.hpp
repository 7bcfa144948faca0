// A session as a file for visitors to take along: what one edition shows, written once into an anonymous file and read
// from there in pieces, so that a slow reader costs neither memory nor a thread. Immutable; any thread. It reads and
// writes files, so the daemon calls it on its worker pool.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "edition/edition.hpp"
#include "edition/export.hpp"
#include "session/source.hpp"

namespace panko {

class Download {
 public:
  [[nodiscard]] static Result<Download> make(const Edition& edition, ExportFormat format);

  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint32_t length) const;
  /// What the file may be called anywhere: made of the session's title, with the format's ending.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Download(Source bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {}
  Source bytes_;
  std::string name_;
};

/// ASCII letters, digits, '-', '_' and '.', which is neither the first character nor the last, from a title; "session"
/// where nothing is left.
[[nodiscard]] std::string file_stem_of(std::string_view title);

}  // namespace panko
