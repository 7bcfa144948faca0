#include "session/source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file_time.hpp"
#include "base/files.hpp"
#include "session/spool.hpp"
#include "session/zstd_file.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> fail_to_open(const fs::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR) return fail(fmt::format("There is no file {}.", path.native()));
  if (error == EACCES || error == EPERM)
    return fail(fmt::format("No permission to read {}; check its owner and mode.", path.native()));
  if (error == ELOOP) return fail(fmt::format("{} is a symbolic link and is not followed.", path.native()));
  return fail(fmt::format("Cannot open {}: {}.", path.native(), describe_errno(error)));
}

Result<FileIdentity> identity_of(const struct stat& status, const fs::path& path) {
  if (S_ISDIR(status.st_mode)) return fail(fmt::format("{} is a directory, not a session file.", path.native()));
  if (!S_ISREG(status.st_mode)) return fail(fmt::format("{} is not a regular file.", path.native()));
  return FileIdentity{.device = status.st_dev,
                      .inode = status.st_ino,
                      .size = static_cast<std::uint64_t>(status.st_size),
                      .modified_ns = modified_ns(status)};
}

Result<FileIdentity> identity_of(int fd, const fs::path& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return fail_to_open(path, errno);
  return identity_of(status, path);
}

// Without O_NONBLOCK, opening a FIFO that somebody put there would wait for a writer for ever.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// What the file is called when its agent has compressed it, or decompressed it again.
fs::path stand_in_of(const fs::path& path) {
  if (path.extension() == ".zst") return fs::path(path).replace_extension();
  return fs::path(path) += ".zst";
}

}  // namespace

Result<FileIdentity> identify_file(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return identity_of(status, path);
  const int error = errno;
  if (error == ENOENT)
    if (const fs::path other = stand_in_of(path); ::stat(other.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      return identity_of(status, other);
  return fail_to_open(path, error);
}

Source::Source(Fd fd, FileIdentity identity, std::uint64_t size)
    : fd_(std::make_shared<const Fd>(std::move(fd))), identity_(identity), size_(size) {}

Result<Source> Source::adopt(Fd fd, const fs::path& path) {
  auto identity = identity_of(fd.get(), path);
  if (!identity) return std::unexpected(identity.error());
  return Source(std::move(fd), *identity, identity->size);
}

Result<Source> Source::open(const fs::path& path) {
  Fd fd{::open(path.c_str(), kOpenFlags)};
  const int error = errno;
  if (!fd && error == ENOENT) fd = Fd{::open(stand_in_of(path).c_str(), kOpenFlags)};
  if (!fd) return fail_to_open(path, error);
  const bool compressed = is_zstd_file(fd.get());
  auto source = adopt(std::move(fd), path);
  if (!source || !compressed) return source;
  auto spooled = decompress_zstd_file(source->fd_->get(), path);
  if (!spooled) return std::unexpected(std::move(spooled.error()));
  return Source(std::move(spooled->fd), source->identity_, spooled->size);
}

Result<Source> Source::open_below(const fs::path& directory, const fs::path& relative) {
  const fs::path path = directory / relative;
  Fd at{::open(directory.empty() ? "." : directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  for (auto part = relative.begin(); part != relative.end(); ++part) {
    if (!at) return fail_to_open(path, errno);
    if (*part == ".." || part->is_absolute()) return fail(fmt::format("{} leads out of its folder.", path.native()));
    const bool last = std::next(part) == relative.end();
    const int flags = last ? kOpenFlags : (O_PATH | O_DIRECTORY | O_CLOEXEC);
    at = Fd{::openat(at.get(), part->c_str(), flags | O_NOFOLLOW)};
  }
  if (!at) return fail_to_open(path, errno);
  return adopt(std::move(at), path);
}

Result<Source> Source::open_beside(const fs::path& directory, const fs::path& relative) const {
  auto source = open_below(directory, relative);
  if (!source || filter_ == nullptr) return source;
  return filter_->apply(std::move(*source), directory / relative);
}

Source Source::in_place_of(const Source& original, fs::path path) const {
  Source source = *this;
  source.identity_ = original.identity_;
  source.stands_for_ = std::make_shared<const fs::path>(std::move(path));
  return source;
}

Result<Source> Source::from_bytes(std::string_view bytes) {
  auto spool = Spool::make(bytes.size());
  if (!spool) return std::unexpected(std::move(spool.error()));
  if (auto filled = spool->append(bytes); !filled) return std::unexpected(std::move(filled.error()));
  return spool->source();
}

void Source::cut_at(std::uint64_t offset) {
  size_ = std::min(size_, offset);
}

FileIdentity Source::identity_now() const {
  return (stands_for_ ? identify_file(*stands_for_) : identity_of(fd_->get(), {})).value_or(FileIdentity());
}

Result<std::size_t> Source::read_at(std::uint64_t offset, std::span<char> out) const {
  const std::uint64_t left = offset < size_ ? size_ - offset : 0;
  out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left)));
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::pread(fd_->get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(fmt::format("The session file cannot be read: {}.", describe_errno(errno)));
    if (got == 0) break;  // it has shrunk meanwhile
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<std::string> Source::read(ByteRange range) const {
  std::string bytes(range.length, '\0');
  const auto got = read_at(range.offset, bytes);
  if (!got) return std::unexpected(got.error());
  if (*got != range.length) return fail("The session file has become shorter while it was read; open it again.");
  return bytes;
}

}  // namespace panko
