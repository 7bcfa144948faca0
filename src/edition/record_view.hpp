// A record of a session as it lies in its file, for who wants to see behind the page: JSON, one member a line. What
// nobody can read (images, signatures, encrypted texts, copies of whole files) is left out, with a mark. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "render/html.hpp"
#include "session/source.hpp"

namespace panko {

/// The JSON of one record, indented; about as much of it as kRecordText. Text that is no JSON object comes as it is.
[[nodiscard]] std::string readable_record(std::string_view json);
constexpr std::size_t kRecordText = std::size_t{1} << 20;

[[nodiscard]] Result<void> write_record(HtmlWriter& html, const Source& source, ByteRange range,
                                        std::string_view heading);

}  // namespace panko
