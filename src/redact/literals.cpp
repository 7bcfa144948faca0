#include "redact/literals.hpp"

#include <fmt/format.h>
#include <hs/hs.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "redact/characters.hpp"

namespace panko {

namespace {

constexpr std::size_t kStem = 10;         // so much is looked for; the rest is compared
constexpr std::size_t kMostBetween = 64;  // bytes of a line end, a gutter, a colour

std::string json_escaped(std::string_view text) {
  std::string quoted = json_quote(text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_one_of(c, kAlnum | kBase64UrlSign) || c == '.' || c == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// What stands between two parts of a wrapped or coloured value, in a file's own bytes.
std::size_t skip_between(std::string_view bytes, std::size_t at) {
  const std::size_t stop = std::min(bytes.size(), at + kMostBetween);
  while (at < stop) {
    const char c = bytes[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '|' || c == '>') {
      ++at;
    } else if (c == '\\') {
      while (at < stop && bytes[at] == '\\') ++at;
      if (bytes.substr(at).starts_with("u001b") || bytes.substr(at).starts_with("x1b") ||
          bytes.substr(at).starts_with("033")) {
        at += bytes[at] == 'u' ? 5 : 3;
        if (at < bytes.size() && bytes[at] == '[') ++at;
        while (at < bytes.size() && (is_one_of(bytes[at], kDigit) || bytes[at] == ';')) ++at;
        ++at;
      } else if (bytes.substr(at).starts_with("u200") || bytes.substr(at).starts_with("u00ad") ||
                 bytes.substr(at).starts_with("u2192")) {
        at += 5;
      } else if (at < stop && (bytes[at] == 'n' || bytes[at] == 't' || bytes[at] == 'r')) {
        ++at;
      } else if (at < stop && bytes[at] == '/') {
        return at;
      } else {
        return at;
      }
    } else if (c == '\x1b') {
      at += terminal_sequence_length(bytes.substr(at));
    } else if (is_one_of(c, kDigit)) {
      const std::size_t end = end_of_run(bytes, at, kDigit);
      if (end - at > 7 || !(bytes.substr(end).starts_with("\u2192") || bytes.substr(end).starts_with("\\u2192")))
        return at;
      at = end + (bytes[end] == '\\' ? 6 : 3);
    } else if (static_cast<unsigned char>(c) >= 0xC2) {
      const auto decoded = decode_character(bytes.substr(at, 4));
      if (decoded.codepoint < 0 || !is_invisible(decoded.codepoint)) return at;
      at += decoded.length;
    } else {
      return at;
    }
  }
  return at;
}

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

}  // namespace

void LiteralSet::add_encodings(std::string_view text, std::uint32_t value, How how) {
  const std::string percent = percent_encoded(text);
  if (percent != text) literals_.push_back({percent, {}, value, how, false});
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string encoded = to_base64(std::string(shift, 'A') + std::string(text));
    const std::size_t from = shift == 0 ? 0 : shift + 1;
    const std::size_t sure = (shift + text.size()) * 8 / 6;  // characters that what follows does not change
    if (sure > from + 7) literals_.push_back({encoded.substr(from, sure - from), {}, value, how, true});
  }
}

void LiteralSet::add(std::string_view text, std::uint32_t value, How how) {
  if (text.empty()) return;
  database_.reset();
  std::vector<std::string> forms{std::string(text)};
  for (int level = 0; level < 3; ++level)
    if (std::string escaped = json_escaped(forms.back()); escaped != forms.back()) forms.push_back(std::move(escaped));
  for (const std::string& form : forms) {
    if (how == How::value && form.size() > kStem)
      literals_.push_back({form.substr(0, kStem), form.substr(kStem), value, how, false});
    else
      literals_.push_back({form, {}, value, how, false});
  }
  if (how == How::value || how == How::word) add_encodings(text, value, how);
}

void LiteralSet::compile() {
  if (database_ || literals_.empty()) return;
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (const Literal& literal : literals_) {
    texts.push_back(literal.text.data());
    lengths.push_back(literal.text.size());
    flags.push_back(literal.how == How::word && !literal.is_base64 ? HS_FLAG_CASELESS : 0);
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(ids.size()),
                           HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const std::string reason = error->message;
    hs_free_compile_error(error);
    throw std::runtime_error("The values to mask cannot be compiled: " + reason);
  }
  database_ = {database, [](hs_database_t* owned) { hs_free_database(owned); }};
}

void LiteralSet::find(std::string_view bytes, std::vector<Hit>& hits) const {
  if (!database_) return;
  struct Found {
    unsigned id;
    std::size_t end;
  };
  std::vector<Found> found;
  hs_scratch_t* made = nullptr;
  if (hs_alloc_scratch(database_.get(), &made) != HS_SUCCESS) throw std::bad_alloc();
  const std::unique_ptr<hs_scratch_t, FreeScratch> scratch(made);
  const auto note = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* list) {
    static_cast<std::vector<Found>*>(list)->push_back({id, static_cast<std::size_t>(to)});
    return 0;
  };
  if (hs_scan(database_.get(), bytes.data(), static_cast<unsigned>(bytes.size()), 0, scratch.get(), note, &found) !=
      HS_SUCCESS)
    throw std::runtime_error("The text could not be searched for what is to be masked.");

  std::size_t done = 0;
  for (const Found& each : found) {
    const Literal& literal = literals_[each.id];
    ByteSpan span{each.end - literal.text.size(), each.end};
    if (span.begin < done && literal.how == How::value) continue;
    bool is_it = true;
    for (const char c : literal.rest) {
      std::size_t at = span.end;
      if (at < bytes.size() && bytes[at] != c) at = skip_between(bytes, at);
      if (at >= bytes.size()) break;  // cut off: what is there is a part of it
      if (bytes[at] != c) {
        is_it = false;
        break;
      }
      span.end = at + 1;
    }
    if (!is_it) continue;
    const auto at = [&](std::size_t i) { return i < bytes.size() ? bytes[i] : '\0'; };
    if (literal.is_base64) {
      // Any part of the run stands for all of it.
      while (span.begin > 0 && span.begin > done && is_one_of(bytes[span.begin - 1], kBase64Character)) --span.begin;
      span.end = end_of_run(bytes, span.end, kBase64Character);
      while (at(span.end) == '=') ++span.end;
    } else if (literal.how == How::name || literal.how == How::owner) {
      const char before = span.begin > 0 ? bytes[span.begin - 1] : '\0';
      const bool is_escape =
          span.begin > 1 && bytes[span.begin - 2] == '\\' && (before == 'n' || before == 't' || before == 'r');
      if ((is_one_of(before, kAlnum) && !is_escape) || is_one_of(at(span.end), kAlnum)) continue;
      if (literal.how == How::owner) {
        const bool is_host = at(span.end) == '@';
        // "-rw-r--r-- 1 ann staff": behind the number of links, or of the same name again.
        const std::string_view ahead =
            bytes.substr(span.begin - std::min<std::size_t>(span.begin, 24), std::min<std::size_t>(span.begin, 24));
        const std::size_t mode = ahead.find_last_of("rwx-");
        const bool is_listed = mode != std::string_view::npos && mode > 0 &&
                               ahead.find_first_not_of(" 0123456789.+@", mode + 1) == std::string_view::npos &&
                               ahead.size() - mode > 3 && std::string_view("rwx-sStT").contains(ahead[mode - 1]);
        if (!is_host && !is_listed && before != '~') continue;
      }
    }
    // A character that a backslash belongs to is taken with it.
    while (span.begin > 0 && bytes[span.begin - 1] == '\\') --span.begin;
    done = std::max(done, span.end);
    hits.push_back({span, literal.value});
  }
}

}  // namespace panko
