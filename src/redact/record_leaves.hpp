// The strings of a record, each as what it is. Pure.
#pragma once

#include <vector>

#include "base/json_index.hpp"
#include "redact/edits.hpp"
#include "redact/views.hpp"

namespace panko {

/// Adds every string (and name) of a record that can say something to `views`, and an edit for each that is left out.
/// Places count from the record's first byte.
void add_leaves(const JsonValue& record, Views& views, std::vector<Edit>& edits);

}  // namespace panko
