#include "base/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.hpp"
#include "base/random.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> cannot_write(const fs::path& path, int error) {
  return fail(fmt::format("Cannot write {}: {}", path.native(), describe_errno(error)));
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path name_beside(const fs::path& path) {
  return path.native() + "." + random_token();
}

}  // namespace

Result<NewFile> NewFile::create(const fs::path& path) {
  Fd fd{::open(directory_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)};
  if (fd) return NewFile(path, std::move(fd), {});
  fs::path temporary = name_beside(path);
  fd = Fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return cannot_write(path, errno);
  return NewFile(path, std::move(fd), std::move(temporary));
}

NewFile::~NewFile() {
  if (fd_ && !temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return cannot_write(path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> NewFile::put_in_place(IfThere if_there) {
  if (::fsync(fd_.get()) != 0) return cannot_write(path_, errno);
  if (temporary_.empty()) {
    const std::string self = fmt::format("/proc/self/fd/{}", fd_.get());
    const fs::path name = if_there == IfThere::fail ? path_ : name_beside(path_);
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
      return cannot_write(path_, errno);
    if (if_there == IfThere::replace) temporary_ = name;
  } else if (if_there == IfThere::fail) {
    if (::link(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_, errno);
    ::unlink(temporary_.c_str());
  }
  if (if_there == IfThere::replace && ::rename(temporary_.c_str(), path_.c_str()) != 0)
    return cannot_write(path_, errno);
  fd_.reset();
  const Fd directory{::open(directory_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory) ::fsync(directory.get());
  return {};
}

}  // namespace panko
