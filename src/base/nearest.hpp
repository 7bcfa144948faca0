// "Did you mean": the known name that a misspelt one is closest to. Pure.
#pragma once

#include <span>
#include <string_view>

namespace panko {

/// The candidate that most probably was meant: fewest typing mistakes, or one that `word` begins (or that begins
/// `word`). Case does not count. Empty when none resembles it, so that no nonsense is suggested.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace panko
