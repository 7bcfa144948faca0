// Reading and writing whole small files, and directories that are nobody else's business.
// Errors name the path. No function here follows a symbolic link in the last component of a path that it writes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

/// The whole file; refuses one of more than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit = 64 << 20);

/// Temporary file in the same directory (mode 0600), fsync, rename, fsync of the directory: the old content or the new.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes the directory (mode 0700, parents too) or checks the one that is there: a real directory, ours, closed to
/// group and others. Anything else is an error; nothing is repaired behind the user's back.
[[nodiscard]] Result<void> ensure_private_directory(const std::filesystem::path& path);

/// "Permission denied" and the like for an errno value. Thread-safe.
[[nodiscard]] std::string describe_errno(int error);

}  // namespace panko
