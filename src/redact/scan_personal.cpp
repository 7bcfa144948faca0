// Personal data: addresses, hosts, and the names of home directories.
#include <algorithm>
#include <array>
#include <charconv>

#include "redact/characters.hpp"
#include "redact/scanners.hpp"

namespace panko {

namespace {

bool is_local(char c) {
  return is_one_of(c, kWord) || c == '.' || c == '+' || c == '%';
}
bool is_domain(char c) {
  return is_one_of(c, kAlnum) || c == '-' || c == '.';
}

}  // namespace

std::size_t scan_email(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t begin = anchor.begin;
  while (begin > scan.begin && anchor.begin - begin < 64 && is_local(text[begin - 1])) --begin;
  while (begin < anchor.begin && !is_one_of(text[begin], kAlnum)) ++begin;
  if (begin == anchor.begin || !is_one_of(text[anchor.begin - 1], kAlnum | kBase64UrlSign)) return anchor.end;
  std::size_t end = anchor.end;
  while (end < text.size() && end - anchor.end < 128 && is_domain(text[end])) ++end;
  while (end > anchor.end && !is_one_of(text[end - 1], kAlnum)) --end;
  const std::string_view domain = text.substr(anchor.end, end - anchor.end);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.contains("..")) return anchor.end;
  const std::string_view top = domain.substr(dot + 1);
  if (top.size() < 2 || top.size() > 24 || !std::ranges::all_of(top, [](char c) { return is_one_of(c, kLetter); }))
    return anchor.end;
  const std::string_view local = text.substr(begin, anchor.begin - begin);
  // git@host:path, and what everybody may know.
  static constexpr auto kNobody =
      std::to_array<std::string_view>({"example.com", "example.org", "example.net", "noreply.github.com",
                                       "users.noreply.github.com", "localhost.localdomain"});
  const char before = scan.at(begin - 1);
  const char behind = scan.at(end);
  if (local == "git" || before == '/' || before == ':') {
    if (before != ':' || local == "git" || text.substr(0, begin).ends_with("://")) return end;
  }
  if (behind == '(' || behind == '/') return end;
  if (behind == ':' && is_one_of(scan.at(end + 1), kAlnum | kBase64Sign) && !is_one_of(scan.at(end + 1), kDigit))
    return end;
  static constexpr auto kFiles = std::to_array<std::string_view>(
      {"js",   "ts",  "tsx",  "jsx", "mjs", "cjs",  "json",    "py",    "rs",     "go",
       "md",   "css", "html", "png", "svg", "jpg",  "service", "timer", "target", "socket",
       "lock", "log", "txt",  "sh",  "yml", "yaml", "java",    "rb",    "class",  "local"});
  if (is_in(kFiles, top)) return end;
  if (std::ranges::any_of(kNobody,
                          [&](std::string_view nobody) {
                            return domain == nobody ||
                                   (domain.ends_with(nobody) && domain[domain.size() - nobody.size() - 1] == '.');
                          }) ||
      domain.ends_with(".example") || domain.ends_with(".test") || domain.ends_with(".invalid") || local == "noreply" ||
      local == "no-reply")
    return end;
  matches.add(begin, end);
  return end;
}

std::size_t scan_ip4(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t begin = anchor.begin;
  // The anchor is the first digit of the last part.
  while (begin > scan.begin && anchor.begin - begin < 16 &&
         (is_one_of(text[begin - 1], kDigit) || text[begin - 1] == '.'))
    --begin;
  const char before = scan.at(begin - 1);
  if (is_one_of(before, kAlnum | kBase64UrlSign) || before == '.' || before == '^' || before == '~') return anchor.end;
  std::array<unsigned, 4> parts{};
  std::size_t at = begin;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t end = end_of_run(text, at, kDigit);
    if (end == at || end - at > 3 || (end - at > 1 && text[at] == '0')) return anchor.end;
    std::from_chars(text.data() + at, text.data() + end, parts.at(i));
    if (parts.at(i) > 255) return anchor.end;
    at = end;
    if (i < 3) {
      if (scan.at(at) != '.') return anchor.end;
      ++at;
    }
  }
  const char behind = scan.at(at);
  if (is_one_of(behind, kAlnum | kBase64UrlSign) || (behind == '.' && is_one_of(scan.at(at + 1), kAlnum))) return at;
  const auto [a, b, c, d] = parts;
  const bool is_documentation =
      (a == 192 && b == 0 && c == 2) || (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
  const bool is_known = (a == 8 && b == 8 && (c == 8 || c == 4)) ||
                        (a == 1 && b == c && c == d && (b == 1 || b == 0)) || (a == 9 && b == 9 && c == 9 && d == 9);
  // 1.2.3.4 and 2.0.0.0 are versions; 10.0.0.0/8 a net, and so is x.y.z.0.
  const bool is_version = (a < 10 && b < 10 && c < 10 && d < 10) || (d == 0 && c == 0);
  static constexpr auto kVersionWords = std::to_array<std::string_view>(
      {"version", "Version", "ver", "v", "Chrome/", "chrome/", "Safari/", "Edg/", "@", "==", ">=", "<=", "-"});
  const std::string_view ahead = text.substr(scan.begin, begin - scan.begin);
  if (a == 0 || a == 127 || a >= 224 || is_documentation || is_known || is_version) return at;
  if (std::ranges::any_of(kVersionWords, [&](std::string_view word) { return ahead.ends_with(word) && word != "@"; }) ||
      before == '/') {
    if (!ahead.ends_with("://") && !(before == '/' && ahead.ends_with("//"))) return at;
  }
  if (ahead.substr(ahead.size() - std::min<std::size_t>(ahead.size(), 12)).contains("ersion")) return at;
  matches.add(begin, at);
  return at;
}

std::size_t scan_ip6(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  const auto is_part = [](char c) { return is_one_of(c, kHexDigit) || c == ':' || c == '.'; };
  std::size_t begin = anchor.begin;
  while (begin > scan.begin && anchor.begin - begin < 40 && is_part(text[begin - 1])) --begin;
  std::size_t end = anchor.end;
  while (end < text.size() && end - begin < 48 && is_part(text[end])) ++end;
  while (end > begin && text[end - 1] == '.') --end;
  if (is_one_of(scan.at(begin - 1), kAlnum | kBase64UrlSign) || is_one_of(scan.at(end), kAlnum | kBase64UrlSign))
    return end;
  const std::string_view found = text.substr(begin, end - begin);
  std::size_t groups = 0;
  std::size_t colons = 0;
  bool has_four = false;
  for (std::size_t i = 0; i < found.size();) {
    if (found[i] == ':') {
      ++colons;
      ++i;
      continue;
    }
    const std::size_t stop = std::min(found.find(':', i), found.size());
    if (stop - i > 4 && !found.substr(i, stop - i).contains('.')) return end;
    has_four |= stop - i >= 3;
    ++groups;
    i = stop;
  }
  const std::size_t double_colon = found.find("::");
  const bool is_short = double_colon != std::string_view::npos;
  if (is_short ? (groups < 2 || groups > 7 || found.find("::", double_colon + 1) != std::string_view::npos ||
                  !has_four || !found.starts_with("f") * 0 + 0)
               : (groups != 8 || colons != 7))
    return end;
  if (found.starts_with("2001:db8") || found.starts_with("2001:DB8") || found.starts_with("::")) return end;
  // "std::dead", "a::bad" are names; an address has digits.
  if (!std::ranges::any_of(found, [](char c) { return is_one_of(c, kDigit); })) return end;
  if (is_short && found.find(':') < 3) return end;
  matches.add(begin, end);
  return end;
}

std::size_t scan_host(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  const char behind = scan.at(anchor.end);
  if (is_one_of(behind, kAlnum | kBase64UrlSign) || behind == '(' || behind == '[') return anchor.end;
  if (behind == '.' && is_one_of(scan.at(anchor.end + 1), kAlnum)) return anchor.end;
  std::size_t begin = anchor.begin;
  while (begin > scan.begin && anchor.begin - begin < 200 && is_domain(text[begin - 1])) --begin;
  while (begin < anchor.begin && !is_one_of(text[begin], kAlnum)) ++begin;
  if (begin == anchor.begin) return anchor.end;
  const std::string_view host = text.substr(begin, anchor.begin - begin);
  const char before = scan.at(begin - 1);
  // .env.local, settings.local.json, com.apple.local: names of files and packages.
  const bool is_dot_local =
      text.substr(anchor.begin, anchor.size()) == ".local" || text.substr(anchor.begin, anchor.size()) == ".internal";
  if (before == '_' || before == '$' || (before == '.' && is_dot_local)) return anchor.end;
  if (before == '/' && !(scan.at(begin - 2) == '/' && scan.at(begin - 3) == ':')) return anchor.end;
  if (host == "host.docker" || host == "kubernetes.docker" || host == "gateway.docker" || host == "metadata.google" ||
      host == "example")
    return anchor.end;
  // `threading.local`, `sun.internal`, `pkg.internal`: code has no digit and no hyphen in one label before it.
  const bool is_machine = host.contains('.') || host.contains('-') ||
                          std::ranges::any_of(host, [](char c) { return is_one_of(c, kDigit); });
  if (is_dot_local && (!is_machine || host == "env" || host.ends_with(".env") || behind == '.' || behind == '/') &&
      behind != ':')
    return anchor.end;
  if (host.contains("..") || std::ranges::any_of(host, [](char c) { return is_one_of(c, kUpper); })) return anchor.end;
  matches.add(begin, anchor.end);
  return anchor.end;
}

std::size_t scan_home(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  const char sign = text[anchor.end - 1];
  std::size_t begin = anchor.begin;
  if (is_one_of(scan.at(begin - 1), kAlnum | kBase64UrlSign) || scan.at(begin - 1) == '.') {
    // C:\Users, /mnt/c/Users/ann, \\host\Users
    const bool is_drive = sign == '\\' || text[anchor.begin] == ':';
    if (!is_drive && !text.substr(0, begin).ends_with("/mnt/c")) return anchor.end;
    if (is_drive)
      --begin;
    else
      begin -= 6;
  }
  std::size_t at = anchor.end;
  while (sign == '\\' && scan.at(at) == '\\') ++at;
  std::size_t end = at;
  while (end < text.size() && end - at < 64 &&
         (is_one_of(text[end], kAlnum) || text[end] == '_' || text[end] == '.' || (text[end] == '-' && sign != '-') ||
          static_cast<unsigned char>(text[end]) >= 0x80))
    ++end;
  while (end > at && text[end - 1] == '.') --end;
  const std::string_view user = text.substr(at, end - at);
  static constexpr auto kNobody = std::to_array<std::string_view>(
      {"user", "username", "runner", "ubuntu", "Shared", "Public", "Default", "you", "USER", "name", "linuxbrew",
       "node", "vscode", "me", "your", "USERNAME", "youruser", "yourname", "..."});
  if (user.empty() || is_in(kNobody, user) || !is_one_of(user.front(), kAlnum)) return anchor.end;
  if (sign == '-' && scan.at(end) != '-' && scan.at(end) != '/' && !scan.ends_at(end) &&
      !is_one_of(scan.at(end), kSpace | kQuote))
    return anchor.end;
  matches.add(begin, end);
  return end;
}

}  // namespace panko
