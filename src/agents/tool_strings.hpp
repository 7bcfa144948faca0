// The texts in what a tool was given, as a person sees them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace panko {

/// Every string value in the JSON, decoded, in order; what is no complete object is a string as it stands.
[[nodiscard]] std::vector<std::string> strings_of_input(std::string_view json);

}  // namespace panko
