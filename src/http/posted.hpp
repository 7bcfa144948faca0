// What is posted to a share besides `live`: the password of a form, and that somebody looks. Pure; foreign bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace panko {

inline constexpr std::size_t kMaxUnlockBytes = 4096;
inline constexpr std::size_t kMaxSeenBytes = 256;

/// `password=TEXT`, as a form sends it. nullopt: it is not one.
[[nodiscard]] std::optional<std::string> parse_unlock(std::string_view content_type, std::string_view body);

struct Seen {
  std::string visit;      // what the page's script made up for this load of the page
  bool is_again = false;  // it has said so before, perhaps to an earlier daemon
};
[[nodiscard]] std::optional<Seen> parse_seen(std::string_view content_type, std::string_view body);

}  // namespace panko
