// A session's file as the user takes it along: a copy in the download folder, under a name that says what it is.
// Takes as long as copying does. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

/// "why-the-fern-was-overdue-5d0c6a1e.jsonl": letters and digits of the title, the beginning of the id, the suffixes.
[[nodiscard]] std::string download_name(const std::filesystem::path& file, std::string_view title, std::string_view id);

/// $XDG_DOWNLOAD_DIR of the user's user-dirs.dirs, else ~/Downloads; absolute.
[[nodiscard]] Result<std::filesystem::path> download_folder();

/// Copies what the file holds now into the download folder, which is made when it is missing. Never overwrites: the
/// second is "NAME (2).jsonl". The copy is the user's alone (mode 0600) and on disk; of one that failed nothing stays.
[[nodiscard]] Result<std::filesystem::path> download(const std::filesystem::path& file, std::string_view title,
                                                     std::string_view id);

}  // namespace panko
