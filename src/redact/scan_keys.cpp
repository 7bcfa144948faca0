// Keys and tokens that are several lines or parts: PEM, JWT.
#include <algorithm>
#include <array>
#include <string>

#include "redact/characters.hpp"
#include "redact/scanners.hpp"

namespace panko {

namespace {

constexpr unsigned kBase64 = kAlnum | kBase64Sign;

/// Passes over what stands between the lines of a key: line ends (real or as an escape), indentation, numbers of lines,
/// marks of a diff, quotes and signs of a source text.
std::size_t skip_between(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const char c = text[at];
    const bool is_mark =
        (c == '+' || c == '-') && at > 0 && text[at - 1] == '\n' && !text.substr(at).starts_with("-----");
    const bool is_sum = c == '+' && at + 1 < text.size() && is_one_of(text[at + 1], kSpace);
    if (is_mark || is_sum || is_one_of(c, kSpace | kQuote) || std::string_view(",|>#*").contains(c)) {
      ++at;
    } else if (c == '\\') {
      while (at < text.size() && text[at] == '\\') ++at;
      if (at < text.size() && (text[at] == 'n' || text[at] == 'r' || text[at] == 't')) ++at;
    } else if (is_one_of(c, kDigit)) {  // "   12→"
      const std::size_t end = end_of_run(text, at, kDigit);
      const std::string_view rest = text.substr(end);
      if (end - at > 7) return at;
      if (rest.starts_with("\u2192")) {
        at = end + 3;
      } else if (rest.starts_with("\t") || rest.starts_with("|") || rest.starts_with(":")) {
        at = end + 1;
      } else {
        return at;
      }
    } else {
      return at;
    }
  }
  return at;
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of("\n\\", at);
  return std::min(end, text.size());
}

}  // namespace

std::size_t scan_pem(const ScanText& text, ByteSpan anchor, Matches& matches) {
  const std::string_view all = text.text;
  const std::string_view label = all.substr(anchor.end, 48);
  const std::size_t dashes = label.find("-----");
  if (dashes == std::string_view::npos || !label.substr(0, dashes).contains("PRIVATE KEY")) return anchor.end;
  std::size_t at = anchor.end + dashes + 5;
  std::size_t last = at;
  bool any = false;
  for (;;) {
    at = skip_between(all, at);
    const std::string_view rest = all.substr(at, 64);
    if (rest.starts_with("-----END")) {
      const std::size_t close = rest.find("-----", 8);
      last = close == std::string_view::npos ? end_of_line(all, at) : at + close + 5;
      break;
    }
    const std::size_t end = end_of_run(all, at, kBase64);
    // "Proc-Type: 4,ENCRYPTED", "Version: 1", "=AbCd" of PGP
    if (at < all.size() && !any) {
      const std::size_t colon = rest.find(": ");
      const std::size_t line = end_of_line(all, at);
      if (colon != std::string_view::npos && at + colon < line && line - at < 200 &&
          std::ranges::all_of(rest.substr(0, colon), [](char c) { return is_one_of(c, kAlnum) || c == '-'; })) {
        at = line;
        continue;
      }
    }
    std::size_t stop = end;
    while (stop < all.size() && all[stop] == '=') stop = end_of_run(all, stop + 1, kBase64);
    if (stop == at) break;
    const std::string_view run = all.substr(at, stop - at);
    const bool is_body =
        run.size() >= 16 ||
        (any && std::ranges::any_of(run, [](char c) { return is_one_of(c, kDigit | kBase64Sign) || c == '='; })) ||
        text.ends_at(stop) || all.substr(stop, 24).contains("-----END");
    if (!is_body) break;
    any = true;
    at = last = stop;
  }
  if (!any) return anchor.end;
  matches.add(anchor.begin, last);
  return last;
}

std::size_t scan_base64_pem(const ScanText& text, ByteSpan anchor, Matches& matches) {
  // "-----BEGIN RSA PRIVATE KEY", "-----BEGIN PRIVATE KEY", ...: a certificate has another word there.
  std::size_t end = end_of_run(text.text, anchor.end, kBase64Character);
  while (end < text.text.size() && text.text[end] == '=') ++end;
  const std::string_view run = text.text.substr(anchor.end, end - anchor.end);
  static constexpr auto kPublic = std::to_array<std::string_view>({"BDRVJU", "BQVUJM", "BDRVJ", "BSU0EgUFVCTElD"});
  if (std::ranges::any_of(kPublic, [&](std::string_view word) { return run.starts_with(word); })) return end;
  matches.add(anchor.begin, end);
  return end;
}

namespace {

std::string decoded(std::string_view run) {
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : run) {
    const unsigned value = is_one_of(c, kUpper)   ? static_cast<unsigned>(c - 'A')
                           : is_one_of(c, kLower) ? static_cast<unsigned>(c - 'a' + 26)
                           : is_one_of(c, kDigit) ? static_cast<unsigned>(c - '0' + 52)
                           : c == '-' || c == '+' ? 62U
                                                  : 63U;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) out += static_cast<char>((bits >> (count -= 8)) & 0xFF);
  }
  return out;
}

// The one that jwt.io shows to everybody.
constexpr std::string_view kSample = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l";

}  // namespace

std::size_t scan_jwt(const ScanText& text, ByteSpan anchor, Matches& matches) {
  const std::string_view all = text.text;
  if (is_one_of(text.at(anchor.begin - 1), kAlnum)) return anchor.end;
  std::size_t end = end_of_run(all, anchor.end, kWord);
  const std::string header = decoded(all.substr(anchor.begin, std::min<std::size_t>(end - anchor.begin, 2000)));
  const bool is_header = header.contains("\"alg\"") || header.contains("\"enc\"") || header.contains("\"kid\"") ||
                         (text.ends_at(end) && (header.starts_with("{\"alg") || header.starts_with("{\"typ")));
  if (!is_header) return end;
  if (text.at(end) != '.') {
    if (text.ends_at(end) && end - anchor.begin > 12) matches.add(anchor.begin, end);
    return end;
  }
  if (all.substr(end + 1).starts_with(kSample)) return end_of_run(all, end + 1, kWord);
  for (int part = 0; part < 4 && text.at(end) == '.' && (is_one_of(text.at(end + 1), kWord) || text.at(end + 1) == '.');
       ++part)
    end = end_of_run(all, end + 1, kWord);
  matches.add(anchor.begin, end);
  return end;
}

}  // namespace panko
