#include "session/zstd_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kLargest = std::uint64_t{4} << 30;
// Transcripts shrink to a tenth; what shrinks to less than a thousandth was made to fill a disk.
constexpr std::uint64_t kUnsuspicious = 64 << 20;
constexpr std::uint64_t kHighestRatio = 1000;

Fd open_anonymous(const std::filesystem::path& directory) {
  constexpr int kFlags = O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC;
  Fd fd{::open(directory.empty() ? "." : directory.c_str(), kFlags, 0600)};
  if (!fd) fd = Fd{::memfd_create("panko-source", MFD_CLOEXEC)};
  return fd;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class Decompressor {
 public:
  Decompressor(int from, int to, const std::filesystem::path& path) : from_(from), to_(to), path_(path) {}

  Result<std::uint64_t> run() {
    if (stream_ == nullptr) return fail("There is not enough memory to decompress a session file.");
    std::vector<char> in(ZSTD_DStreamInSize());
    for (;;) {
      const ssize_t got = ::pread(from_, in.data(), in.size(), static_cast<off_t>(read_));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(fmt::format("{} cannot be read: {}.", path_.native(), describe_errno(errno)));
      if (got == 0) break;
      read_ += static_cast<std::uint64_t>(got);
      auto is_good = take(std::span(in.data(), static_cast<std::size_t>(got)));
      if (!is_good) return std::unexpected(std::move(is_good.error()));
      if (!*is_good) break;
    }
    if (written_ == 0) return fail(fmt::format("{} is damaged: zstd cannot decompress it.", path_.native()));
    return written_;
  }

 private:
  /// False: what follows cannot be decompressed.
  Result<bool> take(std::span<const char> bytes) {
    ZSTD_inBuffer in{.src = bytes.data(), .size = bytes.size(), .pos = 0};
    bool more = true;
    while (in.pos < in.size || more) {
      ZSTD_outBuffer out{.dst = out_.data(), .size = out_.size(), .pos = 0};
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(status) != 0) return false;
      if (!write_all(to_, {out_.data(), out.pos}))
        return fail(fmt::format("{} cannot be decompressed: {}.", path_.native(), describe_errno(errno)));
      written_ += out.pos;
      if (written_ > kLargest || (written_ > kUnsuspicious && written_ / kHighestRatio > read_))
        return fail(fmt::format("{} is not decompressed: it would take more than {}.", path_.native(),
                                written_ > kLargest ? "4 GiB" : "a thousand times its size"));
      more = out.pos == out.size;
    }
    return true;
  }

  int from_;
  int to_;
  const std::filesystem::path& path_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_{ZSTD_createDStream()};
  std::vector<char> out_ = std::vector<char>(ZSTD_DStreamOutSize());
  std::uint64_t read_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace

bool is_zstd_file(int fd) {
  constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";
  std::array<char, kMagic.size()> head{};
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  return got == static_cast<ssize_t>(head.size()) && std::string_view(head.data(), head.size()) == kMagic;
}

Result<Spooled> decompress_zstd_file(int fd, const std::filesystem::path& path) {
  Fd anonymous = open_anonymous(path.parent_path());
  if (!anonymous) return fail(fmt::format("Cannot make an anonymous file: {}.", describe_errno(errno)));
  const auto size = Decompressor(fd, anonymous.get(), path).run();
  if (!size) return std::unexpected(size.error());
  return Spooled{.fd = std::move(anonymous), .size = *size};
}

}  // namespace panko
