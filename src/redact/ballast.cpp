#include "redact/ballast.hpp"

#include <algorithm>
#include <array>

#include "redact/characters.hpp"

namespace panko {

namespace {

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  return !std::ranges::search(text, lower, {}, to_lower).empty();
}

}  // namespace

bool is_ballast_member(std::string_view name) {
  static constexpr auto kParts = std::to_array<std::string_view>({"signature", "encrypted", "opaque"});
  return name == "originalFile" ||
         std::ranges::any_of(kParts, [&](std::string_view part) { return contains_ignoring_case(name, part); });
}

bool is_image_base64(std::string_view text) {
  if (text.starts_with("data:")) {
    const auto comma = text.substr(0, 200).find(";base64,");
    if (comma == std::string_view::npos) return false;
    text.remove_prefix(comma + 8);
  }
  // 89 50 4e 47 0d 0a 1a 0a; ff d8 ff; "GIF87a", "GIF89a"; "RIFF" (whose length follows, then "WEBP").
  static constexpr auto kMagic = std::to_array<std::string_view>({"iVBORw0KGgo", "/9j/", "R0lGODdh", "R0lGODlh"});
  const bool is_magic = std::ranges::any_of(kMagic, [&](std::string_view magic) { return text.starts_with(magic); }) ||
                        (text.starts_with("UklGR") && text.substr(0, 16).ends_with("XRUJQ"));
  return is_magic && is_all_base64(text);
}

bool is_all_base64(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_one_of(c, kBase64Character) || c == '='; });
}

}  // namespace panko
