// What a redactor is told besides the text. Plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace panko {

/// What names a value without telling it: a hash with a salt that is this user's own (kept in state.db). Hex in JSON.
struct ValueSalt {
  std::string bytes;
};
[[nodiscard]] Sha256 value_hash(const ValueSalt& salt, std::string_view value);

struct RedactionSettings {
  bool secrets = true;               // keys, tokens, passwords
  bool personal = true;              // home directory names, e-mail and IP addresses, host names, and `words`
  std::vector<std::string> words{};  // that the owner wants masked; masked also where `personal` is off
  std::vector<std::string> users{};  // names of home directories: this user's, and of the session's own directory
  std::vector<std::string> hosts{};  // names of this machine, and domains that are the owner's
  ValueSalt salt{};                  // empty: nothing is allowed
  std::vector<Sha256> allowed{};     // values of which the owner said "this is fine", sorted
  bool operator==(const RedactionSettings&) const;
};

}  // namespace panko
