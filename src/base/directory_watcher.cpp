#include "base/directory_watcher.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/files.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kNames = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr std::uint32_t kWritten = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;
constexpr std::uint32_t kSelfGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;
constexpr std::uint32_t kAlways = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK | IN_MASK_ADD;

}  // namespace

Result<DirectoryWatcher> DirectoryWatcher::open() {
  Fd fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (!fd)
    return fail(errno == EMFILE
                    ? "Changes are not noticed: the limit fs.inotify.max_user_instances is reached; raise it."
                    : fmt::format("Changes are not noticed: {}.", describe_errno(errno)));
  return DirectoryWatcher(std::move(fd));
}

void DirectoryWatcher::add(const fs::path& directory, unsigned levels) {
  roots_[directory] = levels;
  aim(directory);
}

int DirectoryWatcher::add_watch(const fs::path& directory, std::uint32_t mask) {
  const int watch = ::inotify_add_watch(inotify_.get(), directory.c_str(), mask | kAlways);
  if (watch < 0 && (errno == ENOSPC || errno == ENOMEM) && !problem_)
    problem_ = Error{
        fmt::format("Some changes are not noticed: the limit fs.inotify.max_user_watches is reached at {}; raise it.",
                    directory.native())};
  return watch;
}

/// The directory and those below it. false: it is not there.
bool DirectoryWatcher::watch(const fs::path& directory, unsigned levels) {
  const int watch = add_watch(directory, kNames | kWritten);
  if (watch < 0) return errno != ENOENT && errno != ENOTDIR;
  Watched& watched = watched_[watch];
  watched.directory = directory;
  watched.levels = levels;
  watched.is_content = true;
  if (levels == 0) return true;
  // Looked at only now that it is watched: what is made meanwhile is either seen here or heard of.
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_directory(unknown)) this->watch(entry->path(), levels - 1);
  }
  return true;
}

void DirectoryWatcher::aim(const fs::path& root) {
  while (!watch(root, roots_[root])) {
    fs::path above = root;
    int watch = -1;
    do {
      above = above.parent_path();
      watch = add_watch(above, IN_CREATE | IN_MOVED_TO);
    } while (watch < 0 && (errno == ENOENT || errno == ENOTDIR) && above.has_relative_path());
    if (watch < 0) return;
    watched_[watch].directory = above;
    watched_[watch].waiting.insert(root);
    // The way down may have come into being before this watch did.
    fs::path below = root;
    while (below.parent_path() != above) below = below.parent_path();
    std::error_code error;
    if (!fs::is_directory(below, error)) return;
    watched_[watch].waiting.erase(root);
  }
}

DirectoryWatcher::Changes DirectoryWatcher::changes() {
  Changes changes;
  alignas(inotify_event) std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return changes;
    for (std::size_t offset = 0; offset < static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + offset, sizeof event);
      const char* name = buffer.data() + offset + sizeof event;
      handle(event.wd, event.mask, event.len > 0 ? std::string_view(name) : std::string_view(), changes);
      offset += sizeof event + event.len;
    }
  }
}

void DirectoryWatcher::handle(int watch, std::uint32_t mask, std::string_view name, Changes& changes) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    changes.names = true;
    for (const auto& [root, levels] : roots_) aim(root);
    return;
  }
  const auto found = watched_.find(watch);
  if (found == watched_.end()) return;
  if ((mask & kSelfGone) != 0) {
    const Watched gone = std::move(found->second);
    watched_.erase(found);
    if ((mask & IN_IGNORED) == 0) ::inotify_rm_watch(inotify_.get(), watch);
    changes.names = changes.names || gone.is_content;
    for (const fs::path& root : gone.waiting) aim(root);
    // One that was moved may lie below a root still: there it was found before it told that it had moved, and what is
    // below it goes by its old name.
    const bool is_moved = (mask & IN_MOVE_SELF) != 0;
    for (const auto& [root, levels] : roots_)
      if (is_moved || root == gone.directory) aim(root);
    return;
  }
  const Watched watched = found->second;  // aim() and watch() change the original
  if ((mask & kNames) != 0 && !watched.waiting.empty()) {
    found->second.waiting.clear();
    for (const fs::path& root : watched.waiting) {
      aim(root);
      std::error_code error;
      changes.names = changes.names || fs::is_directory(root, error);
    }
  }
  if (!watched.is_content) return;
  const bool is_directory = (mask & IN_ISDIR) != 0;
  if ((mask & kNames) != 0) {
    // Directories below the last level hold nothing that is watched.
    if (is_directory && watched.levels == 0) return;
    changes.names = true;
    if (is_directory && (mask & (IN_CREATE | IN_MOVED_TO)) != 0)
      this->watch(watched.directory / name, watched.levels - 1);
  } else if ((mask & kWritten) != 0 && !is_directory && !name.empty()) {
    changes.written.insert(watched.directory / name);
  }
}

}  // namespace panko
