// Moves files to the user's trash, as freedesktop.org's trash specification (1.0) has it, from where any file manager
// restores them. Nothing is copied or overwritten: a file goes by rename, to the trash in the user's home or to that of
// the file system it lies on. Any thread.
#pragma once

#include <filesystem>
#include <span>

#include "base/result.hpp"

namespace panko {

/// All of the files and directories, or none as far as that is possible: when one cannot go, those before it come back.
/// The trash directory that took the first. The error says which one cannot go, and why.
[[nodiscard]] Result<std::filesystem::path> move_to_trash(std::span<const std::filesystem::path> paths);

}  // namespace panko
