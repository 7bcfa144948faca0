// Tells when files appear, go, are replaced or written, by inotify on their directories. A directory that is gone is
// waited for at the nearest one above it that is there. Nothing is polled; whoever owns it waits until fd() is
// readable, then calls changed(). Used by one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

class FileWatcher {
 public:
  /// `each_write`: an agent that keeps its file open and appends to it is heard with every line, not only when it is
  /// done.
  [[nodiscard]] static Result<FileWatcher> open(bool each_write = false);

  /// Counted: a file that was added twice is watched until it was removed twice. The error says why changes of this
  /// file will not be heard of (the kernel's limit on watches, ...); it need not be removed then.
  Result<void> add(const std::filesystem::path& file);
  void remove(const std::filesystem::path& file);

  /// Readable when changed() has something to say.
  [[nodiscard]] int fd() const { return inotify_.get(); }

  /// The files that changed since the last call, or may have. Never blocks.
  [[nodiscard]] std::vector<std::filesystem::path> changed();

 private:
  struct Directory {
    std::map<std::string, std::size_t> files;  // name → how often it was added
    std::filesystem::path at;                  // the directory itself, else the nearest one above that exists
    int watch = -1;
  };
  using Directories = std::map<std::filesystem::path, Directory>;

  FileWatcher(Fd inotify, bool each_write) : inotify_(std::move(inotify)), each_write_(each_write) {}
  Result<void> aim(const std::filesystem::path& path, Directory& directory);
  void aim_again(const std::filesystem::path& path, Directory& directory);
  void release(const std::filesystem::path& path, Directory& directory);
  void handle(int watch, std::uint32_t mask, const std::string& name, std::set<std::filesystem::path>& found);

  Fd inotify_;
  bool each_write_;
  Directories directories_;
  std::map<int, std::set<std::filesystem::path>> users_;  // watch → keys of directories_
};

}  // namespace panko
