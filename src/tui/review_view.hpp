// How the review is laid out: it has the whole screen. Pure; foreign text is cleaned here.
#pragma once

#include <cstddef>

#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `choice.review` is open. The items of its lines are indices into reviewed().
[[nodiscard]] Window review_window(const Sharing& sharing, const ProviderChoice& choice, int columns, int rows);

/// The first line of the list that is visible: the review's own `top`, moved so far that what is selected is seen.
[[nodiscard]] std::size_t review_top(const ProviderChoice& choice, int columns, int rows);

/// How many lines the list has.
[[nodiscard]] int review_page(const ProviderChoice& choice, int columns, int rows);

}  // namespace panko::tui
