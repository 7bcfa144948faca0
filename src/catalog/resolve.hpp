// What a user means by SESSION: a path, an id, the beginning of one, or "latest".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

struct ResolvedSession {
  std::filesystem::path path;  // absolute, links resolved
  /// `latest` only: which session it is, for the user to see.
  std::optional<std::string> note;
};

/// `working_directory` decides what "latest" is: the newest session of the project that contains it, else of all.
/// The error is one sentence: missing, a directory, no permission, no session; when the beginning fits several ids, it
/// names them.
[[nodiscard]] Result<ResolvedSession> resolve_session(std::string_view word,
                                                      const std::filesystem::path& working_directory);

}  // namespace panko
