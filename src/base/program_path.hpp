// The file that this program was started from. After an upgrade it is the new program's.
#pragma once

#include <filesystem>

namespace panko {

/// Read before main(): once the file is replaced, the kernel's own link to it says "(deleted)".
[[nodiscard]] const std::filesystem::path& program_path();

/// Another file is there now than the one that runs.
[[nodiscard]] bool program_was_replaced();

}  // namespace panko
