#include "session/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file_time.hpp"
#include "base/files.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kLarge = 8 << 20;
constexpr std::size_t kPending = std::size_t{256} << 10;

std::unexpected<Error> fail_to_fill(int error) {
  return fail(fmt::format("Cannot fill an anonymous file: {}{}.", describe_errno(error),
                          error == ENOSPC ? "; make room in the directory for temporary files" : ""));
}

}  // namespace

Result<Spool> Spool::make(std::uint64_t expected) {
  Fd fd;
  if (expected > kLarge) {
    std::error_code error;
    const auto directory = std::filesystem::temp_directory_path(error);
    // O_EXCL: nobody can give it a name.
    if (!error) fd = Fd{::open(directory.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600)};
  }
  if (!fd) fd = Fd{::memfd_create("panko-source", MFD_CLOEXEC)};
  if (!fd) return fail(fmt::format("Cannot make an anonymous file: {}.", describe_errno(errno)));
  return Spool(std::move(fd));
}

Result<void> Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_->get(), bytes.data(), bytes.size(), static_cast<off_t>(written_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_to_fill(errno);
    written_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> Spool::flush() {
  auto done = write(pending_);
  pending_.clear();
  return done;
}

Result<void> Spool::append(std::string_view bytes) {
  if (pending_.size() + bytes.size() > kPending)
    if (auto done = flush(); !done) return done;
  if (bytes.size() > kPending) return write(bytes);
  pending_ += bytes;
  return {};
}

Result<void> Spool::append_hole(std::uint64_t length) {
  if (auto done = flush(); !done) return done;
  return cut_at(written_ + length);
}

Result<void> Spool::cut_at(std::uint64_t size) {
  if (auto done = flush(); !done) return done;
  if (::ftruncate(fd_->get(), static_cast<off_t>(size)) != 0) return fail_to_fill(errno);
  written_ = size;
  return {};
}

Result<Source> Spool::source() {
  if (auto done = flush(); !done) return std::unexpected(std::move(done.error()));
  struct stat status{};
  if (::fstat(fd_->get(), &status) != 0) return fail_to_fill(errno);
  Source source({},
                {.device = status.st_dev, .inode = status.st_ino, .size = written_, .modified_ns = modified_ns(status)},
                written_);
  source.fd_ = fd_;
  return source;
}

}  // namespace panko
