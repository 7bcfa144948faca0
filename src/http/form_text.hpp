// Names and values as they stand in a query and in a form. Pure; foreign bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace panko {

/// nullopt: a '%' without its two digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

/// As a form writes it: '+' is a space.
[[nodiscard]] std::optional<std::string> typed_text(std::string_view value);

/// The value of the first parameter of that name, undecoded; nullopt: there is none.
[[nodiscard]] std::optional<std::string_view> form_value(std::string_view query, std::string_view name);

/// Cuts `text` at the first `separator` and returns what stood before it.
std::string_view take_until(std::string_view& text, char separator);

}  // namespace panko
