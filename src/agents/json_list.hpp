// The records of a session that is one JSON document with a list of them in it: each with its range of bytes, as if it
// stood on a line of its own. Reads in chunks and holds one record at a time; a document that is cut off has the
// records in front of the cut. Damage is counted, never an error.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "agents/json_lines.hpp"
#include "base/result.hpp"
#include "session/source.hpp"

namespace panko {

struct JsonListVisitor {
  std::function<bool(const JsonRecord&)> record;  // false: stop
  std::function<void(const UnshownLine&)> unshown;
  /// Last: the document with its list empty, as far as it is understood. Not when it was stopped.
  std::function<void(const JsonValue&)> frame;
};

/// `lists`: members of the document, one of which is the list. The count is of what is no complete record.
[[nodiscard]] Result<std::uint64_t> read_json_list(const Source& source, std::span<const std::string_view> lists,
                                                   const JsonListVisitor& visitor);

}  // namespace panko
