// The keys that work now, at the bottom. What does not find room is left out, the least used first. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tui/input.hpp"
#include "tui/layout.hpp"

namespace panko::tui {

struct FooterKey {
  KeyPress press;
  std::string_view key;
  std::string_view does;
  int worth = 0;  // the lower goes first
  int x = 0;      // where it is, when it found room
  int columns = 0;
};

/// Those that find room, from left to right, each in its place.
[[nodiscard]] std::vector<FooterKey> footer_keys(const Model& model, const Layout& layout);

/// What a click there stands for; nullopt: no key is there.
[[nodiscard]] std::optional<KeyPress> footer_key_at(const Model& model, const Layout& layout, int column, int row);

}  // namespace panko::tui
