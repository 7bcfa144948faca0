#include "desktop/qr_code.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>

namespace panko {

namespace {

constexpr std::size_t kMostBytes = 2953;  // version 40, level L

}  // namespace

bool QrCode::dark(std::ptrdiff_t row, std::ptrdiff_t column) const {
  const auto end = static_cast<std::ptrdiff_t>(size);
  if (row < 0 || column < 0 || row >= end || column >= end) return false;
  return modules.at(static_cast<std::size_t>(row * end + column));
}

Result<QrCode> make_qr_code(std::string_view text) {
  if (text.empty()) return fail("There is nothing to make a QR code of.");
  if (text.size() > kMostBytes) return fail("This is too long for a QR code.");
  // Level L: on a screen nothing gets lost, and the smallest code is the one that fits the terminal.
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> made(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_L),
      &QRcode_free);
  if (!made) return fail("No QR code could be made of this.");
  QrCode code;
  code.size = static_cast<std::size_t>(made->width);
  code.modules.reserve(code.size * code.size);
  for (std::size_t i = 0; i < code.size * code.size; ++i) code.modules.push_back((made->data[i] & 1) != 0);
  return code;
}

std::vector<std::string> qr_lines(const QrCode& code, QrInk ink) {
  const auto begin = -static_cast<std::ptrdiff_t>(QrCode::kQuietZone);
  const auto end = static_cast<std::ptrdiff_t>(code.size + QrCode::kQuietZone);
  const bool inked = ink == QrInk::dark;
  std::vector<std::string> lines;
  for (auto row = begin; row < end; row += 2) {
    auto& line = lines.emplace_back();
    for (auto column = begin; column < end; ++column) {
      const bool upper = code.dark(row, column) == inked;
      // The last line may be half a line: what is below the code belongs to nobody.
      const bool lower = row + 1 < end && code.dark(row + 1, column) == inked;
      line += upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
    }
  }
  return lines;
}

}  // namespace panko
