// Names of Codex's sessions that lie beside them, in session_index.jsonl: a line is added whenever one is named. The
// file is read once and again when it has changed. May be called from any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace panko {

/// What the session of this rollout was named last, but not later than `until`; empty: it was not.
[[nodiscard]] std::string codex_name_of(const std::filesystem::path& rollout, std::string_view id,
                                        std::optional<WallTime> until);

}  // namespace panko
