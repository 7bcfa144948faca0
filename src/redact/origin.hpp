// Where a text of a session comes from, as far as that says what may be in it. Pure.
#pragma once

#include <string_view>

namespace panko {

struct Origin {
  std::string_view tool{};     // in common terms: "shell", "read", ... (session/tool.hpp); empty: no tool call
  std::string_view command{};  // of a shell
  std::string_view path{};     // of the file that was read or written
};

/// Whether it holds credentials by what it is (`env`, `cat .env`, `kubectl get secret`, `~/.netrc`, ...), so that each
/// value in it is suspect.
[[nodiscard]] bool is_suspect(const Origin& origin);

/// Whether a tool call whose record has these bytes (JSON, as it stands in its file) could be such an origin: a cheap
/// filter, so that few calls have to be decoded and asked about.
[[nodiscard]] bool may_be_suspect(std::string_view record);

}  // namespace panko
