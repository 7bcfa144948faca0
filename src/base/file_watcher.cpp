#include "base/file_watcher.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/files.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kMask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB |
                                IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::uint32_t kDirectoryGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

}  // namespace

Result<FileWatcher> FileWatcher::open(bool each_write) {
  Fd fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (!fd) return fail(fmt::format("Cannot watch files: {}", describe_errno(errno)));
  return FileWatcher(std::move(fd), each_write);
}

Result<void> FileWatcher::add(const fs::path& file) {
  const fs::path parent = file.parent_path();
  Directory& directory = directories_[parent];
  if (++directory.files[file.filename().native()] > 1 || directory.watch >= 0) return {};
  auto aimed = aim(parent, directory);
  if (!aimed) directories_.erase(parent);
  return aimed;
}

void FileWatcher::remove(const fs::path& file) {
  const auto found = directories_.find(file.parent_path());
  if (found == directories_.end()) return;
  auto& files = found->second.files;
  const auto name = files.find(file.filename().native());
  if (name == files.end() || --name->second > 0) return;
  files.erase(name);
  if (!files.empty()) return;
  release(found->first, found->second);
  directories_.erase(found);
}

/// Watches the directory, else the nearest one above it.
Result<void> FileWatcher::aim(const fs::path& path, Directory& directory) {
  release(path, directory);
  fs::path at = path;
  for (;;) {
    const int watch = ::inotify_add_watch(inotify_.get(), at.c_str(), each_write_ ? kMask | IN_MODIFY : kMask);
    if (watch >= 0) {
      users_[watch].insert(path);
      directory.watch = watch;
      directory.at = at;
      if (at == path) return {};
      // The way down may have come into being before this watch did.
      fs::path below = path;
      while (below.parent_path() != at) below = below.parent_path();
      std::error_code error;
      if (!fs::is_directory(below, error)) return {};
      release(path, directory);
      at = path;
    } else if ((errno == ENOENT || errno == ENOTDIR) && at.has_relative_path()) {
      at = at.parent_path();
    } else {
      const int error = errno;
      return fail(
          fmt::format("Cannot watch {}: {}", at.native(),
                      error == ENOSPC ? "the limit fs.inotify.max_user_watches is reached" : describe_errno(error)));
    }
  }
}

/// On failure its files are heard of no more, as when that happens on adding.
void FileWatcher::aim_again(const fs::path& path, Directory& directory) {
  if (!aim(path, directory)) directory.at.clear();
}

void FileWatcher::release(const fs::path& path, Directory& directory) {
  if (directory.watch < 0) return;
  if (const auto users = users_.find(directory.watch); users != users_.end()) {
    users->second.erase(path);
    if (users->second.empty()) {
      users_.erase(users);
      ::inotify_rm_watch(inotify_.get(), directory.watch);  // fails when its directory is gone, and the watch with it
    }
  }
  directory.watch = -1;
}

std::vector<fs::path> FileWatcher::changed() {
  std::set<fs::path> found;
  alignas(inotify_event) std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) {
      if (got < 0 && errno == EINTR) continue;
      return {found.begin(), found.end()};
    }
    for (std::size_t offset = 0; offset < static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + offset, sizeof event);
      const char* name = buffer.data() + offset + sizeof event;
      handle(event.wd, event.mask, event.len > 0 ? std::string(name) : std::string(), found);
      offset += sizeof event + event.len;
    }
  }
}

void FileWatcher::handle(int watch, std::uint32_t mask, const std::string& name, std::set<fs::path>& found) {
  const auto report_all = [&found](const fs::path& path, const Directory& directory) {
    for (const auto& [file, count] : directory.files) found.insert(path / file);
  };
  if ((mask & IN_Q_OVERFLOW) != 0) {
    for (auto& [path, directory] : directories_) {
      aim_again(path, directory);
      report_all(path, directory);
    }
    return;
  }
  const auto users = users_.find(watch);
  if (users == users_.end()) return;
  const std::set<fs::path> paths = users->second;  // aim() changes the original
  for (const fs::path& path : paths) {
    Directory& directory = directories_[path];
    const bool was_there = directory.at == path;
    if (was_there && (mask & kDirectoryGone) == 0) {
      if (directory.files.contains(name)) found.insert(path / name);
      continue;
    }
    aim_again(path, directory);
    if (was_there || directory.at == path) report_all(path, directory);
  }
}

}  // namespace panko
