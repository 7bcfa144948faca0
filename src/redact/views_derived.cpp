// The views that are made of others: cleaned, unescaped, joined, decoded.
#include "redact/views.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "redact/characters.hpp"
#include "redact/escapes.hpp"

namespace panko {

namespace {

constexpr std::size_t kLevels = 3;         // of escapes in escapes
constexpr std::size_t kLeastEncoded = 20;  // of base64: shorter runs are words

constexpr std::size_t kLeastWrapped = 8;     // characters of a token before a line end
constexpr std::size_t kNarrowest = 40;       // columns of a line that is wrapped
constexpr std::size_t kNarrowestValue = 20;  // the same where the token is what something is said to be

/// Bytes of a character at `at` that is not seen, or of a terminal sequence; 0: none begins there.
std::size_t unseen_length(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == 0x1B) return terminal_sequence_length(text.substr(at, 4096));
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\u241b["))  // ␛ in place of the byte
    if (const std::size_t end = rest.substr(0, 20).find_first_not_of("0123456789;?", 4); end != std::string_view::npos)
      return end + 1;
  if (c == 0xC2) return rest.starts_with("\u00ad") ? 2 : 0;
  const auto decoded = decode_character(rest.substr(0, 4));
  return decoded.codepoint > 0 && is_invisible(decoded.codepoint) ? decoded.length : 0;
}

int base64_value(char c) {
  if (is_one_of(c, kUpper)) return c - 'A';
  if (is_one_of(c, kLower)) return c - 'a' + 26;
  if (is_one_of(c, kDigit)) return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : 63;
}

/// What the run says when it is base64 of text; empty when it is not.
std::string decoded_base64(std::string_view run) {
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : run) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<unsigned>(base64_value(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const char byte = static_cast<char>((bits >> count) & 0xFF);
    const auto u = static_cast<unsigned char>(byte);
    if (u < 0x20 ? !is_one_of(byte, kSpace) : u > 0x7E) return {};
    out += byte;
  }
  return out;
}

}  // namespace

void Views::derive() {
  std::size_t last = views_.size() - 1;
  const std::size_t first = last;
  if (views_[last].leaf == Leaf::name) return;
  if (derive_clean(last)) last = views_.size() - 1;
  for (std::size_t level = 0; level < kLevels && derive_unescaped(last); ++level) {
    last = views_.size() - 1;
    if (derive_clean(last)) last = views_.size() - 1;
  }
  const std::size_t joined = views_.size();
  derive_joined(last);
  for (std::size_t i = joined, end = views_.size(); i < end; ++i) derive_base64_decoded(i);
  derive_percent_decoded(last);
  derive_base64_decoded(last);
  if (last != first) derive_base64_decoded(first);
}

void Views::unit(std::size_t begin, std::size_t end, std::string_view bytes) {
  const ByteSpan from = raw({begin, end});
  segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(from.begin),
                       static_cast<std::uint32_t>(from.size())});
  buffer_ += bytes;
}

void Views::copy(std::size_t begin, std::size_t end) {
  if (begin == end) return;
  for (std::size_t i = segment_of(begin); begin < end; ++i) {
    const Segment segment = segments_[i];
    const std::size_t stop = std::min<std::size_t>(end, segments_[i + 1].at);
    const auto raw = segment.length == 0 ? segment.raw + static_cast<std::uint32_t>(begin - segment.at) : segment.raw;
    segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), raw, segment.length});
    buffer_.append(buffer_, begin, stop - begin);
    begin = stop;
  }
}

bool Views::derive_clean(std::size_t index) {
  const View view = views_[index];
  const auto text = [&] { return std::string_view(buffer_).substr(0, view.end); };
  // ESC, and the first bytes of everything invisible or of "␛" in UTF-8.
  static constexpr std::string_view kFirst = "\x1b\xc2\xe2\xef\xf3\xd8\xe1";
  static constexpr auto is_first = [] {
    std::array<bool, 256> set{};
    for (const char c : kFirst) set[static_cast<unsigned char>(c)] = true;
    return set;
  }();
  const auto next = [&](std::size_t at) {
    for (; at < view.end; ++at)
      if (is_first[static_cast<unsigned char>(buffer_[at])])
        if (const std::size_t length = unseen_length(text(), at); length > 0) return ByteSpan{at, at + length};
    return ByteSpan{view.end, view.end};
  };
  // Most texts have none of them: told without looking at each character by itself.
  unsigned any = 0;
  for (std::size_t i = view.content; i < view.end; ++i) {
    const auto c = static_cast<unsigned char>(buffer_[i]);
    any |= static_cast<unsigned>(c >= 0x80) | static_cast<unsigned>(c == 0x1B);
  }
  if (any == 0) return false;
  ByteSpan unseen = next(view.content);
  if (unseen.size() == 0) return false;
  begin_view(view.leaf, {}, 0);
  views_.back().string = view.string;
  copy(view.begin, view.content);
  views_.back().content = buffer_.size();
  for (std::size_t at = view.content; at < view.end; unseen = next(at)) {
    copy(at, unseen.begin);
    at = unseen.end;
  }
  return end_view();
}

bool Views::derive_unescaped(std::size_t index) {
  const View view = views_[index];
  std::size_t backslash = buffer_.find('\\', view.content);
  if (backslash >= view.end) return false;
  begin_view(view.leaf, {}, 0);
  views_.back().string = view.string;
  copy(view.begin, view.content);
  views_.back().content = buffer_.size();
  bool changed = false;
  for (std::size_t at = view.content; at < view.end;) {
    backslash = std::min(buffer_.find('\\', at), view.end);
    copy(at, backslash);
    if (backslash == view.end) break;
    const Escape escape = read_escape(std::string_view(buffer_).substr(0, view.end), backslash);
    at = backslash + std::max<std::size_t>(escape.length, 1);
    if (escape.length > 0) {
      changed = true;
      unit(backslash, at, {escape.bytes.data(), escape.size});
    } else {
      copy(backslash, at);
    }
  }
  if (changed) return end_view();
  drop_view();
  return false;
}

void Views::derive_joined(std::size_t index) {
  const View view = views_[index];
  const auto is_token = [&](std::size_t i) {
    return i < view.end && (is_one_of(buffer_[i], kBase64Character) || buffer_[i] == '.');
  };
  const auto text = [&] { return std::string_view(buffer_).substr(0, view.end); };
  // Behind a line end at `at`: where the next line's text begins, behind indentation, a number and a mark.
  const auto next_line = [&](std::size_t at) {
    ++at;
    const auto blanks = [&] {
      while (at < view.end && (buffer_[at] == ' ' || buffer_[at] == '\t' || buffer_[at] == '|')) ++at;
    };
    blanks();
    const std::size_t digits = end_of_run(text(), at, kDigit);
    if (digits > at && text().substr(digits).starts_with("\u2192")) {
      at = digits + 3;
      blanks();
    }
    return at;
  };
  const auto end_of_part = [&](std::size_t from) {
    while (is_token(from)) ++from;
    while (from < view.end && buffer_[from] == '=') ++from;
    return from;
  };
  const auto is_mixed = [&](std::size_t from, std::size_t to) {
    const auto has = [&](unsigned classes) {
      return std::ranges::any_of(text().substr(from, to - from), [&](char c) { return is_one_of(c, classes); });
    };
    return (has(kLetter) && has(kDigit)) || (to - from >= 12 && has(kUpper) && has(kLower));
  };
  // Letters and digits up to a blank: no word, and no name of a next value.
  const auto goes_on = [&](std::size_t from) {
    const std::size_t end = end_of_part(from);
    const bool is_closed = end >= view.end || is_one_of(buffer_[end], kSpace | kQuote) || buffer_[end] == '|' ||
                           buffer_[end] == ',' || buffer_[end] == ')';
    return end - from >= 4 && is_closed && is_mixed(from, end);
  };
  for (std::size_t at = view.content; (at = buffer_.find('\n', at)) < view.end;) {
    std::size_t run = at;
    while (run > view.content && is_token(run - 1)) --run;
    const std::size_t length = at - run;
    std::size_t next = next_line(at);
    const std::size_t first = at++;
    if (length < kLeastWrapped || !goes_on(next)) continue;
    std::size_t begin = run;
    while (begin > view.content && first - begin < 256 && buffer_[begin - 1] != '\n') --begin;
    const bool is_value = run > begin && std::string_view("=:\"'").contains(buffer_[run - 1]);
    if (first - begin < (is_value ? kNarrowestValue : kNarrowest) || !is_mixed(run, first)) continue;
    begin_view(view.leaf, {}, 0);
    views_.back().string = view.string;
    copy(begin, first);
    for (;;) {
      const std::size_t end = end_of_part(next);
      copy(next, end);
      at = end;
      // The last part is shorter than a line.
      if (end >= view.end || buffer_[end] != '\n' || end - next < length / 2) break;
      const std::size_t after = next_line(end);
      if (!goes_on(after)) break;
      next = after;
    }
    end_view();
  }
}

void Views::derive_percent_decoded(std::size_t index) {
  const View view = views_[index];
  const auto decoded = [&](std::size_t at) {
    return read_hex(std::string_view(buffer_).substr(0, view.end), at + 1, 2);
  };
  for (std::size_t at = view.content; (at = buffer_.find('%', at)) < view.end;) {
    if (const auto c = decoded(at); !c || *c < 0x20 || *c > 0x7E) {
      ++at;
      continue;
    }
    // The word around it.
    std::size_t begin = at;
    while (begin > view.content && !is_one_of(buffer_[begin - 1], kSpace | kQuote)) --begin;
    std::size_t end = at;
    while (end < view.end && !is_one_of(buffer_[end], kSpace | kQuote)) ++end;
    begin_view(view.leaf, {}, 0);
    views_.back().string = view.string;
    for (std::size_t i = begin; i < end;) {
      const std::size_t sign = std::min(buffer_.find('%', i), end);
      copy(i, sign);
      i = sign;
      if (i == end) break;
      const auto c = decoded(i);
      if (c && *c >= 0x20 && *c <= 0x7E && i + 3 <= end) {
        const char byte = static_cast<char>(*c);
        unit(i, i + 3, {&byte, 1});
        i += 3;
      } else {
        copy(i, i + 1);
        ++i;
      }
    }
    end_view();
    at = end;
  }
}

void Views::derive_base64_decoded(std::size_t index) {
  const View view = views_[index];
  for (std::size_t from = view.content; from + kLeastEncoded <= view.end;) {
    // A run that is long enough has one of its characters at each twentieth place.
    const std::size_t probe = from + kLeastEncoded - 1;
    std::size_t begin = probe + 1;
    while (begin > from && is_one_of(buffer_[begin - 1], kBase64Character)) --begin;
    if (begin > from) {
      from = begin == probe + 1 ? probe + 1 : begin;
      continue;
    }
    std::size_t end = from;
    bool plain = true;  // letters of one case alone are a word
    while (end < view.end && is_one_of(buffer_[end], kBase64Character)) plain &= is_one_of(buffer_[end++], kLower);
    from = end;
    if (plain) continue;
    const std::string text = decoded_base64(std::string_view(buffer_).substr(begin, end - begin));
    if (text.empty()) continue;
    while (end < view.end && buffer_[end] == '=') ++end;
    begin_view(view.leaf, {}, 0);
    views_.back().string = view.string;
    views_.back().is_encoded = true;
    unit(begin, end, text);
    end_view();
  }
}

}  // namespace panko
