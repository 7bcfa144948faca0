#include "redact/literals.hpp"

#include <fmt/format.h>
#include <hs/hs.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/base64.hpp"
#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "redact/characters.hpp"

namespace panko {

namespace {

constexpr std::size_t kStem = 8;          // of a value: so much is looked for, the rest is compared
constexpr std::size_t kLongestWord = 64;  // the same of words and names
constexpr std::size_t kEncoded = 48;      // of a value as base64: the run around it is masked, however long it is
constexpr std::size_t kHashes = 1 << 16;
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
      } else {
        return at;
      }
    } else if (c == '\x1b') {
      at += terminal_sequence_length(bytes.substr(at, kMostBetween));
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

std::uint64_t load(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, kStem);
  return bytes;
}

std::size_t hash_of(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes * 0x9E3779B97F4A7C15U) >> 48);
}

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

}  // namespace

void LiteralSet::add_form(std::string text, std::uint32_t value, How how, bool is_base64) {
  std::string rest;
  const std::size_t stem = how == How::value ? kStem : kLongestWord;
  if (text.size() > stem) {
    rest = text.substr(stem);
    text.resize(stem);
  }
  if (how == How::value && text.size() < kStem) return;
  literals_.push_back({std::move(text), std::move(rest), value, how, is_base64});
}

void LiteralSet::add(std::string_view text, std::uint32_t value, How how) {
  if (text.empty()) return;
  is_compiled_ = false;
  std::string form(text);
  add_form(form, value, how, false);
  for (int level = 0; level < 3; ++level) {
    std::string escaped = json_escaped(form);
    if (escaped == form) break;
    add_form(escaped, value, how, false);
    form = std::move(escaped);
  }
  if (how != How::value && how != How::word) return;
  if (std::string percent = percent_encoded(text); percent != text) add_form(std::move(percent), value, how, false);
  const std::string_view start = text.substr(0, kEncoded);
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string encoded = to_base64(std::string(shift, 'A') + std::string(start));
    const std::size_t from = shift == 0 ? 0 : shift + 1;
    const std::size_t sure = (shift + start.size()) * 8 / 6;  // characters that what follows does not change
    if (sure > from + 5) add_form(encoded.substr(from, sure - from), value, how, true);
  }
}

void LiteralSet::compile() {
  if (is_compiled_) return;
  is_compiled_ = true;
  stems_ = {.bits = std::vector<std::uint64_t>(kHashes / 64)};
  database_.reset();
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (std::uint32_t i = 0; i < literals_.size(); ++i) {
    const Literal& literal = literals_[i];
    if (literal.how == How::value) {
      const std::uint64_t bytes = load(literal.text.data());
      stems_.bits[hash_of(bytes) / 64] |= std::uint64_t{1} << (hash_of(bytes) % 64);
      stems_.by_bytes.emplace_back(bytes, i);
      continue;
    }
    texts.push_back(literal.text.data());
    lengths.push_back(literal.text.size());
    flags.push_back(literal.how == How::word && !literal.is_base64 ? HS_FLAG_CASELESS : 0);
    ids.push_back(i);
  }
  std::ranges::sort(stems_.by_bytes);
  if (texts.empty()) return;
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(ids.size()),
                           HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const std::string reason = error->message;
    hs_free_compile_error(error);
    throw Failure("The words to mask cannot be compiled: " + reason);
  }
  database_ = {database, [](hs_database_t* owned) { hs_free_database(owned); }};
}

void LiteralSet::find_stems(std::string_view bytes, std::vector<Found>& found) const {
  if (stems_.by_bytes.empty() || bytes.size() < kStem) return;
  const std::uint64_t* const bits = stems_.bits.data();
  const char* const data = bytes.data();
  for (std::size_t i = 0, last = bytes.size() - kStem; i <= last; ++i) {
    const std::uint64_t here = load(data + i);
    const std::size_t hash = hash_of(here);
    if ((bits[hash / 64] >> (hash % 64) & 1) == 0) continue;
    for (auto at = std::ranges::lower_bound(stems_.by_bytes, std::pair{here, std::uint32_t{0}});
         at != stems_.by_bytes.end() && at->first == here; ++at)
      found.push_back({at->second, i + kStem});
  }
}

void LiteralSet::find_words(std::string_view bytes, std::vector<Found>& found) const {
  if (!database_) return;
  hs_scratch_t* made = nullptr;
  if (hs_alloc_scratch(database_.get(), &made) != HS_SUCCESS) throw std::bad_alloc();
  const std::unique_ptr<hs_scratch_t, FreeScratch> scratch(made);
  const auto note = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* list) {
    static_cast<std::vector<Found>*>(list)->push_back({id, static_cast<std::size_t>(to)});
    return 0;
  };
  const std::size_t before = found.size();
  if (hs_scan(database_.get(), bytes.data(), static_cast<unsigned>(bytes.size()), 0, scratch.get(), note, &found) ==
      HS_SUCCESS)
    return;
  // Hyperscan gives up on some sets of long words that repeat themselves: then one after the other.
  found.resize(before);
  for (std::uint32_t i = 0; i < literals_.size(); ++i) {
    const Literal& literal = literals_[i];
    if (literal.how == How::value) continue;
    const bool any_case = literal.how == How::word && !literal.is_base64;
    const auto same = [&](char left, char right) {
      return left == right || (any_case && to_lower(left) == to_lower(right));
    };
    for (auto at = bytes.begin();; ++at) {
      at = std::search(at, bytes.end(), literal.text.begin(), literal.text.end(), same);
      if (at == bytes.end()) break;
      found.push_back({i, static_cast<std::size_t>(at - bytes.begin()) + literal.text.size()});
    }
  }
}

void LiteralSet::find(std::string_view bytes, std::vector<Hit>& hits) const {
  std::vector<Found> found;
  find_stems(bytes, found);
  find_words(bytes, found);

  std::size_t done = 0;
  for (const Found& each : found) {
    const Literal& literal = literals_[each.literal];
    ByteSpan span{each.end - literal.text.size(), each.end};
    if (span.begin < done && literal.how == How::value) continue;
    bool is_it = true;
    for (char c : literal.rest) {
      std::size_t at = span.end;
      if (literal.how == How::word && at < bytes.size() && to_lower(bytes[at]) == to_lower(c)) c = bytes[at];
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
