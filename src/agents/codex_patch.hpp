// Changes of files as Codex writes them: its own patch format, and the unified diffs of what came of a patch. Pure,
// linear; what is no patch has no changes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/json_index.hpp"
#include "session/tool.hpp"

namespace panko {

/// "*** Begin Patch ... *** End Patch". It has no line numbers.
[[nodiscard]] std::vector<FileChange> parse_codex_patch(std::string_view patch);

/// The patch that a shell command applies and that is all that it does, but for changing the directory:
/// "cd src && apply_patch <<'EOF' ...".
[[nodiscard]] std::optional<std::string_view> patch_of_command(std::string_view command);

/// {"path":{"type":"update","unified_diff":"...","move_path":null}, ...}
[[nodiscard]] std::vector<FileChange> changes_of_patch_end(const JsonValue& changes);

}  // namespace panko
