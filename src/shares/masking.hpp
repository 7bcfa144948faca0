// What the shares of this user have masked, and what a project's policy says of one. Plain values; the functions are
// pure but for asking who this user and this machine are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/project_policy.hpp"
#include "edition/audience.hpp"
#include "store/share.hpp"

namespace panko {

/// Beside what each share and its project say.
struct Masking {
  Result<std::vector<std::string>> words{std::vector<std::string>{}};  // of the owner; an error: not known now
  std::vector<Sha256> allowed{};                                       // values that are fine, sorted
  std::string salt{};
  std::vector<std::string> users{};  // names of this user's home directory
  std::vector<std::string> hosts{};  // names of this machine
};

[[nodiscard]] std::vector<std::string> own_users();
[[nodiscard]] std::vector<std::string> own_hosts();

/// In the order in which a share keeps them, each once; an error names what can be hidden.
[[nodiscard]] Result<std::vector<std::string>> check_hiding(const std::vector<std::string>& hide);

/// Needs the words to be known.
[[nodiscard]] RedactionSettings settings_of(const Masking& masking, const ProjectPolicy& policy, bool personal_shown);
[[nodiscard]] Audience audience_of(const Masking& masking, const ProjectPolicy& policy, const Share& share);

/// Why the project's policy does not let this share be there. What it was given to live is not looked at.
[[nodiscard]] Result<void> check_policy(const ProjectPolicy& policy, const Share& share);
/// Whether it lets a share live that long; nullopt: for ever.
[[nodiscard]] Result<void> check_longest(const ProjectPolicy& policy, std::optional<std::chrono::seconds> expires);

/// 32 random bytes: the key of a share's gate, see http/gate.hpp.
[[nodiscard]] std::string new_gate_key();

}  // namespace panko
