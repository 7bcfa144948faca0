// Shows a file in the desktop's file manager. Takes a few milliseconds; at most 2 seconds for each way there is to ask
// for it, of which most desktops know the first. Any thread.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace panko {

/// Opens the folder of `file`, with the file selected where the desktop can do that. The error names the folder: over
/// ssh there is no desktop, and the user goes there by hand.
[[nodiscard]] Result<void> show_in_file_manager(const std::filesystem::path& file);

}  // namespace panko
