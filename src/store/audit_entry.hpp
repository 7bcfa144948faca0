// One line of the record of what happened to shares. It outlives its share, and holds what the owner may read again
// later: no URL, no password, no title that was not masked, nothing of a visitor.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace panko {

struct AuditEntry {
  WallTime at{};
  std::string share_id{};
  std::string session_name{};
  std::string event{};   // started | masked | url | viewed | changed | stopped | expired | gone | error
  std::string detail{};  // a sentence or a few words
};

}  // namespace panko
