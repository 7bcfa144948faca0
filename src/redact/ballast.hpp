// What of a record says nothing to a person and could hide anything: it leaves no machine. Pure.
#pragma once

#include <string_view>

namespace panko {

/// Whether a member of that name holds a signature, an encrypted text or a copy of a whole file.
[[nodiscard]] bool is_ballast_member(std::string_view name);

/// Whether a text (or the data: URL in front of it) is base64 of a picture, by its first bytes: png, jpeg, gif, webp.
[[nodiscard]] bool is_image_base64(std::string_view text);

/// Whether nothing but base64 (or hex) is in it, whatever that means.
[[nodiscard]] bool is_all_base64(std::string_view text);

}  // namespace panko
