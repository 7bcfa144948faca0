#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/new_file.hpp"

namespace panko {

namespace fs = std::filesystem;

std::string describe_errno(int error) {
  return std::generic_category().message(error);
}

namespace {

std::unexpected<Error> fail_with_errno(std::string_view what, const fs::path& path) {
  return fail(fmt::format("{} {}: {}", what, path.native(), describe_errno(errno)));
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t limit) {
  const Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) return fail_with_errno("Cannot open", path);
  std::string content;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail_with_errno("Cannot read", path);
    }
    if (got == 0) return content;
    content.append(chunk, static_cast<std::size_t>(got));
    if (content.size() > limit) return fail(fmt::format("{} is larger than {} bytes", path.native(), limit));
  }
}

Result<void> write_file_atomically(const fs::path& path, std::string_view content) {
  auto file = NewFile::create(path);
  if (!file) return std::unexpected(std::move(file.error()));
  if (auto written = file->write(content); !written) return written;
  return file->put_in_place(NewFile::IfThere::replace);
}

Result<void> ensure_private_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == ENOENT && path.has_parent_path() && path != path.parent_path()) {
      // Only the last component has to be private: its parents may be the user's ~/.local.
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
      if (error) return fail(fmt::format("Cannot create {}: {}", path.parent_path().native(), error.message()));
      // There are places (/proc) where a directory whose parent is there cannot be made for ENOENT: no second try.
      errno = ::mkdir(path.c_str(), 0700) == 0 ? EEXIST : errno;
    }
    if (errno != EEXIST) return fail_with_errno("Cannot create", path);
  }
  const Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!directory) return fail_with_errno("Cannot use as a directory", path);
  struct stat status{};
  if (::fstat(directory.get(), &status) != 0) return fail_with_errno("Cannot look at", path);
  if (status.st_uid != ::geteuid())
    return fail(fmt::format("{} belongs to another user; set PANKO_HOME to a directory of your own.", path.native()));
  if ((status.st_mode & 077) != 0)
    return fail(fmt::format("{} is open to other users; close it with: chmod 700 {}", path.native(), path.native()));
  return {};
}

}  // namespace panko
