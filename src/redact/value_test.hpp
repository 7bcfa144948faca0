// Whether what stands at the place of a value is one: no reference to it, no placeholder, no code. Pure.
#pragma once

#include <string_view>

#include "redact/key_name.hpp"

namespace panko {

/// Bits a character.
[[nodiscard]] double entropy(std::string_view text);

/// "changeme", "<your key>", "xxxx", "${TOKEN}", "process.env.TOKEN", "getToken()": stands for a value.
[[nodiscard]] bool is_placeholder(std::string_view value);
[[nodiscard]] bool is_reference(std::string_view value);

/// Made by a machine and not by a person's mind: letters and digits mixed, hex, base64.
[[nodiscard]] bool is_random(std::string_view value);

/// So long and so random that it cannot stand anywhere by chance: it is masked wherever it does.
[[nodiscard]] bool is_searchable(std::string_view value);

/// A path, a URL, a version, a date, a number: nothing of that is secret by itself.
[[nodiscard]] bool is_plain_datum(std::string_view value);

/// `Mapped[str`, `get_token(`: a name and what code puts behind it.
[[nodiscard]] bool is_code(std::string_view value);

struct ValueStands {
  bool is_quoted = false;
  bool is_env = false;  // NAME=value
};
/// Whether it is secret where a name says so much.
[[nodiscard]] bool is_secret_value(std::string_view value, NameSays says, ValueStands where);

}  // namespace panko
