// Bytes with stable offsets: a session file, opened for reading ranges. It is read, never mapped: what an agent may
// truncate at any time would be SIGBUS under a mapping.
// Value type with shared ownership of the descriptor; const member functions may be called from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

/// A run of bytes of a Source. Empty: there is none.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;

  [[nodiscard]] bool empty() const { return length == 0; }
  [[nodiscard]] std::uint64_t end() const { return offset + length; }
  bool operator==(const ByteRange&) const = default;
};

/// Which file it is and in which state: differs as soon as the bytes may differ.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Identity of what is at `path` now; an error when it is missing or no regular file. A file that is missing may have
/// been compressed meanwhile, or back: "x.jsonl.zst" stands in for "x.jsonl", and the other way round.
[[nodiscard]] Result<FileIdentity> identify_file(const std::filesystem::path& path);

class Source;

/// What gives the side files of a session in another form, as its reader opens them. Any thread.
class SourceFilter {
 public:
  SourceFilter() = default;
  virtual ~SourceFilter() = default;
  SourceFilter(const SourceFilter&) = delete;
  SourceFilter& operator=(const SourceFilter&) = delete;

  /// What is read in the place of `original`, which was opened at `path`.
  [[nodiscard]] virtual Result<Source> apply(Source original, const std::filesystem::path& path) const = 0;
};

class Source {
 public:
  /// A session's file: a regular file (a symbolic link to one is followed), with its stand-in as of identify_file().
  /// One that is compressed with zstd is decompressed into an anonymous file: offsets and size are those of its text,
  /// the identity is the real file's. The error names the path and says what is wrong: missing, a directory, no
  /// permission.
  [[nodiscard]] static Result<Source> open(const std::filesystem::path& path);
  /// A side file, which a transcript may name: no link is followed below `directory`, and nothing leads out of it.
  [[nodiscard]] static Result<Source> open_below(const std::filesystem::path& directory,
                                                 const std::filesystem::path& relative);
  /// A side file of the session that this one belongs to: as open_below(), and through the filter where there is one.
  [[nodiscard]] Result<Source> open_beside(const std::filesystem::path& directory,
                                           const std::filesystem::path& relative) const;
  /// Bytes that are no file (spooled, or of a test), in an anonymous file.
  [[nodiscard]] static Result<Source> from_bytes(std::string_view bytes);

  /// The size when it was opened, or less when it was cut. Never grows by itself.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Nothing at or behind `offset` exists any more, for the reader of a snapshot.
  void cut_at(std::uint64_t offset);
  [[nodiscard]] const FileIdentity& identity() const { return identity_; }
  /// Of the bytes that it reads from, as they are now: another one than before means that they were written to.
  [[nodiscard]] FileIdentity identity_now() const;

  /// Side files are opened through it from now on.
  void set_filter(std::shared_ptr<const SourceFilter> filter) { filter_ = std::move(filter); }
  /// These bytes in the place of another file's, which lies at `path`: it goes by that file's identity.
  [[nodiscard]] Source in_place_of(const Source& original, std::filesystem::path path) const;

  /// Fills as much of `out` as there is from `offset` on; fewer bytes only at the end.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const;
  /// Exactly the range, or an error when the file has shrunk meanwhile.
  [[nodiscard]] Result<std::string> read(ByteRange range) const;

 private:
  Source(Fd fd, FileIdentity identity, std::uint64_t size);
  static Result<Source> adopt(Fd fd, const std::filesystem::path& path);
  friend class Spool;

  std::shared_ptr<const Fd> fd_;
  FileIdentity identity_;
  std::uint64_t size_ = 0;
  std::shared_ptr<const SourceFilter> filter_;
  std::shared_ptr<const std::filesystem::path> stands_for_;  // nullptr: itself
};

}  // namespace panko
