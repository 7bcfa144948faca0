// What a project says of sharing its sessions: `.panko.toml` in the directory where the session's agent worked, or in
// one above it. All that are found hold, the strictest wins; a file that is not understood lets nothing be shared.
// Reads files: any thread, never the loop. The error is one sentence that names the file.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko {

/// Each rule with the file that made it the strictest.
struct ProjectPolicy {
  std::filesystem::path never{};                        // this file says `share = false`; empty: none does
  std::optional<std::vector<std::string>> providers{};  // only these
  std::filesystem::path providers_file{};
  std::vector<std::string> mask{};    // words that are always masked, those of all files
  std::filesystem::path mask_file{};  // the first of them
  std::optional<std::chrono::seconds> longest_expiry{};
  std::filesystem::path longest_expiry_file{};

  [[nodiscard]] bool is_empty() const { return never.empty() && !providers && mask.empty() && !longest_expiry; }
};

/// `directory`: foreign text; one that is not absolute, or not there, has no policy of its own.
[[nodiscard]] Result<ProjectPolicy> read_project_policy(const std::filesystem::path& directory);

/// Adds what one file says. `file` is for sentences.
[[nodiscard]] Result<void> add_policy(ProjectPolicy& policy, std::string_view text, const std::filesystem::path& file);

}  // namespace panko
