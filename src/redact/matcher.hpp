// All rules over all views of a piece: one pass of Hyperscan finds the anchors, then each rule looks around its own.
// One Matcher for each thread.
#pragma once

#include <vector>

#include "redact/scanners.hpp"
#include "redact/views.hpp"

namespace panko {

struct MatchOptions {
  bool secrets = true;
  bool personal = true;
  bool is_suspect = false;  // each value in it
};

/// Adds what the rules find; in no order, and it may overlap.
void find_matches(const Views& views, const MatchOptions& options, std::vector<Match>& matches);

}  // namespace panko
