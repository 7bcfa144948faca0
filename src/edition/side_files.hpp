// The files beside a session while it is masked: noted as the original's reader opens them, and then given as their
// masked copies to the reader of the copy. Any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "redact/origin.hpp"
#include "session/source.hpp"

namespace panko {

/// An Origin with texts of its own.
struct OriginTexts {
  std::string tool;
  std::string command;
  std::string path;
  [[nodiscard]] Origin origin() const { return {.tool = tool, .command = command, .path = path}; }
};
using OriginPtr = std::shared_ptr<const OriginTexts>;  // nullptr: nothing is known of it

/// Which file, whatever state it is in.
using FileKey = std::pair<std::uint64_t, std::uint64_t>;
[[nodiscard]] inline FileKey key_of(const FileIdentity& file) {
  return {file.device, file.inode};
}

/// Lets everything through, and remembers it.
class OpenedFiles : public SourceFilter, public std::enable_shared_from_this<OpenedFiles> {
 public:
  struct Opened {
    std::filesystem::path path;
    Source source;
    OriginPtr origin;
  };

  [[nodiscard]] Result<Source> apply(Source original, const std::filesystem::path& path) const override;

  /// What is opened from now on comes from there.
  void begin(OriginPtr origin);
  /// Since the last time.
  [[nodiscard]] std::vector<Opened> take();

 private:
  mutable std::mutex mutex_;
  mutable std::vector<Opened> opened_;
  OriginPtr origin_;
};

/// Masked copies in the place of the files. A file without one is not there.
class SideCopies : public SourceFilter, public std::enable_shared_from_this<SideCopies> {
 public:
  explicit SideCopies(std::map<FileKey, Source> copies) : copies_(std::move(copies)) {}

  [[nodiscard]] Result<Source> apply(Source original, const std::filesystem::path& path) const override;

 private:
  std::map<FileKey, Source> copies_;  // without a filter: it would own itself
};

}  // namespace panko
