// JSON as text, where no parser is wanted: unescaping a string, repairing and splitting damaged lines. Pure and linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace panko {

/// What stands between the quotes of a JSON string, as valid UTF-8: lone surrogates and \u0000 become U+FFFD, an
/// unknown escape stays as it is.
[[nodiscard]] std::string unescape_json(std::string_view body);

/// The JSON with escapes that every reader takes: lone surrogates and \u0000 become \ufffd, of unknown escapes the
/// backslash is escaped.
[[nodiscard]] std::string valid_json_escapes(std::string_view json);

/// Length of the object at the start of the text, by its brackets and quotes alone; nullopt: it has no end.
[[nodiscard]] std::optional<std::size_t> json_object_length(std::string_view text);

/// Malformed UTF-8 becomes U+FFFD, control characters a space, as the text between JSON quotes may not hold them.
[[nodiscard]] std::string repair_json(std::string_view text);

}  // namespace panko
