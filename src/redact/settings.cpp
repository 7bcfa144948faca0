#include "redact/settings.hpp"

namespace panko {

bool RedactionSettings::operator==(const RedactionSettings& other) const {
  return secrets == other.secrets && personal == other.personal && words == other.words && users == other.users &&
         hosts == other.hosts && salt.bytes == other.salt.bytes && allowed == other.allowed;
}

Sha256 value_hash(const ValueSalt& salt, std::string_view value) {
  std::string salted = salt.bytes;
  salted += value;
  return sha256(salted);
}

}  // namespace panko
