// TOML text as a flat list of its entries, each with its place in the text, so that one can be replaced and every
// other byte stays as the user wrote it. The only unit that sees toml++. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"

namespace panko {

struct TomlEntry {
  std::vector<std::string> path;      // {"providers", "ssh", "host"}
  std::optional<SettingValue> value;  // nullopt: an empty table, or a value of a kind that no setting has
  std::size_t line = 0;               // of the key, from 1
  std::size_t begin = 0;              // byte range of the value
  std::size_t end = 0;
  std::size_t last_line = 0;  // of the value
};

/// Every value and every empty table, in the order of the text. The error begins with ", line N: ".
[[nodiscard]] Result<std::vector<TomlEntry>> parse_toml(std::string_view text);

/// Line on which the table's header "[a.b]" ends; nullopt when the text has no such header.
[[nodiscard]] std::optional<std::size_t> find_toml_header(std::string_view text, const std::vector<std::string>& path);

/// A value as a user types it in a shell: `true`, `8080`, `["a", "b"]` and `"text"` are read as TOML, all else is a
/// string.
[[nodiscard]] SettingValue value_from_text(std::string_view text);
[[nodiscard]] std::string to_toml(const SettingValue& value);

/// Letters, digits, "_" and "-": needs no quotes.
[[nodiscard]] bool is_bare_key(std::string_view key);

}  // namespace panko
