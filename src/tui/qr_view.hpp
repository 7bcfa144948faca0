// A link as a QR code over the screen. Pure.
#pragma once

#include <ftxui/screen/screen.hpp>
#include <string_view>

namespace panko::tui {

/// Where the screen is too small for the code, it says how large it has to be.
void paint_qr(ftxui::Screen& screen, std::string_view title, std::string_view url);

}  // namespace panko::tui
