#include "desktop/trash.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <ranges>
#include <string>
#include <system_error>
#include <vector>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "desktop/file_url.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr int kMostNames = 10'000;  // of files of one name in the trash

struct Trashed {
  fs::path from;
  fs::path to;
  fs::path info;
  fs::path trash;
};

std::string named(const fs::path& path) {
  return clean_line_for_terminal(path.native());
}

Error cannot(const fs::path& path, std::string_view why) {
  return {fmt::format("Cannot move {} to the trash: {}.", named(path), why)};
}

Result<struct stat> status_of(const fs::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return std::unexpected(cannot(path, describe_errno(errno)));
  return status;
}

/// A directory of ours, not a link to one; made when it is missing.
bool is_usable(const fs::path& directory) {
  struct stat status{};
  return (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) && ::lstat(directory.c_str(), &status) == 0 &&
         S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

bool has_its_folders(const fs::path& trash) {
  return is_usable(trash / "files") && is_usable(trash / "info");
}

/// The highest directory above the path on the path's own file system.
fs::path top_of(const fs::path& path, dev_t device) {
  fs::path top = path.parent_path();
  struct stat status{};
  while (top != top.root_path() && ::stat(top.parent_path().c_str(), &status) == 0 && status.st_dev == device)
    top = top.parent_path();
  return top;
}

/// The trash of a file system: the one that its administrator set up for all, else the user's own.
Result<fs::path> trash_at(const fs::path& top, const fs::path& path) {
  const std::string user = std::to_string(::geteuid());
  struct stat shared{};
  const fs::path common = top / ".Trash";
  // Only a real directory with the sticky bit is safe to share; so says the specification.
  if (::lstat(common.c_str(), &shared) == 0 && S_ISDIR(shared.st_mode) && (shared.st_mode & S_ISVTX) != 0 &&
      is_usable(common / user) && has_its_folders(common / user))
    return common / user;
  fs::path own = top / (".Trash-" + user);
  if (is_usable(own) && has_its_folders(own)) return own;
  return std::unexpected(cannot(
      path, fmt::format("it is on another file system than your home, and no trash can be made in {}", named(top))));
}

Result<fs::path> home_trash() {
  fs::path data = environment_variable("XDG_DATA_HOME");
  if (!data.is_absolute()) {
    const fs::path home = environment_variable("HOME");
    if (!home.is_absolute()) return fail("HOME is not set, so there is no trash; set HOME.");
    data = home / ".local/share";
  }
  fs::path trash = data / "Trash";
  std::error_code error;
  fs::create_directories(data, error);
  // A trash that is a link to somewhere else is the user's own choice, in a directory of the user's.
  if (!error && (::mkdir(trash.c_str(), 0700) == 0 || errno == EEXIST) && has_its_folders(trash)) return trash;
  return fail(fmt::format("There is no trash: {} cannot be used; see who owns it.", named(trash)));
}

/// Beside the file's own name while that is free: "NAME.2", ... after it. The info file reserves the name.
Result<Trashed> reserve(const fs::path& path, const fs::path& trash, const fs::path& recorded) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
  const auto text =
      fmt::format("[Trash Info]\nPath={}\nDeletionDate={}\n", percent_encode_path(recorded), std::string_view(date));
  for (int number = 1; number <= kMostNames; ++number) {
    const auto suffix = number == 1 ? "" : fmt::format(".{}", number);
    Trashed entry{.from = path,
                  .to = trash / "files" / (path.filename().native() + suffix),
                  .info = trash / "info" / (path.filename().native() + suffix + ".trashinfo"),
                  .trash = trash};
    const Fd info(::open(entry.info.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!info) {
      if (errno == EEXIST) continue;
      return std::unexpected(cannot(path, describe_errno(errno)));
    }
    struct stat taken{};
    const bool is_free = ::lstat(entry.to.c_str(), &taken) != 0 && errno == ENOENT;  // else left there without an info
    if (is_free && ::write(info.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return entry;
    const int why = errno;
    ::unlink(entry.info.c_str());
    if (is_free) return std::unexpected(cannot(path, describe_errno(why)));
  }
  return std::unexpected(cannot(path, "it is full of files of that name; empty it"));
}

/// Without replacing anything. File systems that cannot promise that have no such call; the name was free just now.
int rename_to_free_name(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  struct stat there{};
  if (::lstat(to.c_str(), &there) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

Result<Trashed> move_into(const fs::path& path, const fs::path& trash, const fs::path& recorded) {
  auto entry = reserve(path, trash, recorded);
  if (!entry) return entry;
  if (const int error = rename_to_free_name(path, entry->to); error != 0) {
    ::unlink(entry->info.c_str());
    return std::unexpected(cannot(path, describe_errno(error)));
  }
  return entry;
}

Result<Trashed> move_one(const fs::path& given) {
  std::error_code error;
  // The name itself may be a link, which goes as one; what leads to it is resolved, so that file systems can be told.
  const fs::path absolute = fs::absolute(given, error).lexically_normal();
  const fs::path folder = error ? fs::path() : fs::canonical(absolute.parent_path(), error);
  if (error) return std::unexpected(cannot(given, error.message()));
  const fs::path path = folder / absolute.filename();
  const auto status = status_of(path);
  if (!status) return std::unexpected(status.error());

  const auto home = home_trash();
  if (!home) return std::unexpected(home.error());
  struct stat home_status{};
  if (::stat((*home / "files").c_str(), &home_status) == 0 && home_status.st_dev == status->st_dev)
    return move_into(path, *home, path);
  const fs::path top = top_of(path, status->st_dev);
  const auto trash = trash_at(top, path);
  if (!trash) return std::unexpected(trash.error());
  return move_into(path, *trash, path.lexically_relative(top));
}

}  // namespace

Result<fs::path> move_to_trash(std::span<const fs::path> paths) {
  std::vector<Trashed> done;
  for (const auto& path : paths) {
    auto moved = move_one(path);
    if (moved) {
      done.push_back(std::move(*moved));
      continue;
    }
    Error error = std::move(moved.error());
    for (const auto& entry : std::views::reverse(done)) {
      if (rename_to_free_name(entry.to, entry.from) == 0) {
        ::unlink(entry.info.c_str());
      } else {
        error.message += fmt::format(" {} is in the trash already, and could not be brought back.", named(entry.from));
      }
    }
    return std::unexpected(std::move(error));
  }
  if (done.empty()) return fail("There is nothing to move to the trash.");
  return done.front().trash;
}

}  // namespace panko
