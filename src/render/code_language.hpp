// Languages that code on the page may be coloured as: a closed list, because a name becomes a class. Pure.
#pragma once

#include <string_view>

#include "render/html.hpp"

namespace panko {

/// "language-cpp" of "c++", "cpp", ... as it stands behind a fence; "" of a language that nobody here knows.
[[nodiscard]] Constant language_of_fence(std::string_view name);

/// By the file's name: its extension, or all of it ("Makefile").
[[nodiscard]] Constant language_of_file(std::string_view path);

}  // namespace panko
