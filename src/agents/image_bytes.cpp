#include "agents/image_bytes.hpp"

#include <fmt/format.h>

#include <array>

namespace panko {

namespace {

constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kInvalid);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}
constexpr auto kDigits = make_digits();

/// The slash may be escaped, as JSON allows; anything else that is no digit ends it.
std::string decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '\\') continue;
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kInvalid) break;
    bits = bits << 6 | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 0xff);
    }
  }
  return bytes;
}

std::string_view type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return {};
}

}  // namespace

std::string unshown_image_text(std::uint64_t bytes) {
  return fmt::format("[image not shown: its {:.1f} MB are over the limit of 10 MiB]",
                     static_cast<double>(bytes) / 1'000'000);
}

Result<ImageBytes> decode_image(std::string_view base64) {
  if (decoded_image_size(base64) > kLargestImage + 3) return fail("The image is larger than 10 MiB and is not shown.");
  ImageBytes image{.media_type = {}, .bytes = decode_base64(base64)};
  image.media_type = type_of(image.bytes);
  if (image.media_type.empty()) return fail("The image is no PNG, JPEG, GIF or WebP and is not shown.");
  return image;
}

}  // namespace panko
