// A QR code of a URL, for a phone's camera. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko {

struct QrCode {
  /// How much light border a reader needs, in modules.
  static constexpr std::size_t kQuietZone = 4;

  std::size_t size = 0;       // modules a side
  std::vector<bool> modules;  // size * size, row after row; true: dark

  /// Whether the module is dark. Outside of the code everything is light: the quiet zone needs no case of its own.
  [[nodiscard]] bool dark(std::ptrdiff_t row, std::ptrdiff_t column) const;
};

/// The smallest code that holds the text; an error when no code does (more than 2,953 bytes).
[[nodiscard]] Result<QrCode> make_qr_code(std::string_view text);

enum class QrInk { dark, light };

/// As lines of "▀", "▄", "█" and spaces, two modules a character, with the quiet zone. `ink`: what the blocks stand
/// for. Dark for whoever sets both colours, black on white: that is what every phone reads on every terminal. Light
/// where there are no colours: right on a dark terminal, inverted on a light one, which most phones read too.
[[nodiscard]] std::vector<std::string> qr_lines(const QrCode& code, QrInk ink);

}  // namespace panko
