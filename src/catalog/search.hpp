// A literal text inside all sessions of this user: newest sessions first, on all cores, each hit as soon as no newer
// session can have one in front of it. No index: the files are read.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "catalog/order.hpp"
#include "catalog/session_search.hpp"
#include "session/text_pattern.hpp"

namespace panko {

/// Calls `sink` on this thread for each hit, in order; false ends the search. Returns what could not be read, one
/// sentence each. `pattern`: see TextPattern for what meets what.
[[nodiscard]] std::vector<std::string> search_sessions(const TextPattern& pattern, const SessionFilter& filter,
                                                       const std::function<bool(const SearchHit&)>& sink);

}  // namespace panko
