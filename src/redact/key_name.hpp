// What the name of a value says about it: "DB_PASSWORD", "clientSecret", "max_tokens". Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace panko {

enum class NameSays : std::uint8_t {
  nothing,
  maybe,     // "key" alone: only what is random beyond doubt
  secret,    // a token, a key: what was made by a machine
  password,  // what a person may have thought of, too
};

[[nodiscard]] NameSays what_name_says(std::string_view name);

}  // namespace panko
