// Tells what happens in directories and in those below them, by inotify: which files were written, and whether names
// came or went. A directory that is missing is waited for at the nearest one above it that is there. Nothing is polled;
// whoever owns it waits until fd() is readable, then calls changes(). Used by one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

class DirectoryWatcher {
 public:
  [[nodiscard]] static Result<DirectoryWatcher> open();

  /// `levels`: how far below it directories are watched as well, now and when they come into being.
  void add(const std::filesystem::path& directory, unsigned levels);

  /// Readable when changes() has something to say.
  [[nodiscard]] int fd() const { return inotify_.get(); }

  struct Changes {
    std::set<std::filesystem::path> written;  // files that were written, or whose mode or time was changed
    bool names = false;                       // files or directories came or went, or that may have been missed
  };
  /// Since the last call. Never blocks.
  [[nodiscard]] Changes changes();

  /// Why something is not watched (the kernel's limit on watches), in a sentence.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  struct Watched {
    std::filesystem::path directory;
    unsigned levels = 0;
    bool is_content = false;                  // else it is only waited in
    std::set<std::filesystem::path> waiting;  // roots that are missing below it
  };

  explicit DirectoryWatcher(Fd inotify) : inotify_(std::move(inotify)) {}
  void aim(const std::filesystem::path& root);
  bool watch(const std::filesystem::path& directory, unsigned levels);
  int add_watch(const std::filesystem::path& directory, std::uint32_t mask);
  void handle(int watch, std::uint32_t mask, std::string_view name, Changes& changes);

  Fd inotify_;
  std::map<std::filesystem::path, unsigned> roots_;  // with their levels
  std::map<int, Watched> watched_;
  std::optional<Error> problem_;
};

}  // namespace panko
