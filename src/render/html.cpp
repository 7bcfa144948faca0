#include "render/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

#include "base/base64.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "render/assets.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestUrl = 2048;

struct TagInfo {
  std::string_view name;
  bool block;  // a line feed behind it changes nothing on the page, and keeps the source readable
};

constexpr auto kTags = std::to_array<TagInfo>({
    {"a", false},    {"article", true}, {"aside", true}, {"b", false},      {"blockquote", true}, {"body", true},
    {"br", false},   {"button", true},  {"code", false}, {"dd", true},      {"del", false},       {"details", true},
    {"div", true},   {"dl", true},      {"dt", true},    {"em", false},     {"footer", true},     {"form", true},
    {"h1", true},    {"h2", true},      {"h3", true},    {"h4", true},      {"h5", true},         {"h6", true},
    {"head", true},  {"header", true},  {"hr", true},    {"html", true},    {"img", false},       {"input", false},
    {"label", true}, {"li", true},      {"link", true},  {"main", true},    {"meta", true},       {"nav", true},
    {"ol", true},    {"p", true},       {"pre", true},   {"script", true},  {"section", true},    {"small", false},
    {"span", false}, {"strong", false}, {"style", true}, {"summary", true}, {"table", true},      {"tbody", true},
    {"td", true},    {"th", true},      {"thead", true}, {"time", false},   {"title", true},      {"tr", true},
    {"ul", true},
});
static_assert(kTags.size() == static_cast<std::size_t>(Tag::ul) + 1);

const TagInfo& info_of(Tag tag) {
  return kTags.at(static_cast<std::size_t>(tag));
}

/// Bytes that cannot be copied as they are.
constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    special[byte] = (byte < 0x20 && byte != '\n' && byte != '\t') || byte >= 0x7F || byte == '&' || byte == '<' ||
                    byte == '>' || byte == '"';
  }
  return special;
}();

bool is_special(char byte) {
  return kSpecial[static_cast<unsigned char>(byte)];
}

/// Zero-width joiners and the two direction marks: emoji and some scripts are wrong without them.
bool belongs_to_prose(std::int32_t codepoint) {
  return codepoint >= 0x200C && codepoint <= 0x200F;
}

/// An error in HTML, wherever it stands.
bool is_noncharacter(std::int32_t codepoint) {
  return (codepoint & 0xFFFE) == 0xFFFE || (codepoint >= 0xFDD0 && codepoint <= 0xFDEF);
}

enum class Place : std::uint8_t { body, value };

void append_invisible(std::string& out, std::int32_t codepoint, Place place) {
  if (place == Place::body) {
    fmt::format_to(std::back_inserter(out), "<span class=\"u\">U+{:04X}</span>", codepoint);
  } else {
    fmt::format_to(std::back_inserter(out), "&lt;U+{:04X}&gt;", codepoint);
  }
}

void append_escaped(std::string& out, std::string_view text, Text kind, Place place) {
  while (!text.empty()) {
    const auto stop = static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
    out += text.substr(0, stop);
    text.remove_prefix(stop);
    if (text.empty()) return;
    const auto [c, length] = decode_character(text);
    if (c < 0 || is_noncharacter(c)) {
      out += "\xEF\xBF\xBD";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += place == Place::value ? "&quot;" : "\"";
    } else if (c == '\r') {
      if (text.size() == 1 || text[1] != '\n') out += '\n';
    } else if (c < 0x20) {
      out += {'\xE2', '\x90', static_cast<char>(0x80 + c)};  // U+2400 + c: the control's picture
    } else if (c == 0x7F) {
      out += "\xE2\x90\xA1";
    } else if ((c >= 0x80 && c < 0xA0) || (is_invisible(c) && !(kind == Text::prose && belongs_to_prose(c)))) {
      append_invisible(out, c, place);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

void append_percent_encoded(std::string& out, std::string_view text, std::string_view also_allowed) {
  for (const char c : text) {
    if (is_unreserved(c) || also_allowed.contains(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

std::string encoded(std::string_view text) {
  std::string out;
  append_percent_encoded(out, text, "");
  return out;
}

/// Case-insensitive; `prefix` in lower case.
bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::ranges::equal(text.substr(0, prefix.size()), prefix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

}  // namespace

std::optional<Url> Url::external(std::string_view text) {
  if (text.size() > kLongestUrl) return std::nullopt;
  const auto is_space_or_control = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  while (!text.empty() && is_space_or_control(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space_or_control(text.back())) text.remove_suffix(1);
  std::string plain;  // browsers ignore line ends and tabs anywhere; other controls have no place in a URL either
  std::ranges::copy_if(text, std::back_inserter(plain), [&](char c) { return c == ' ' || !is_space_or_control(c); });

  const bool allowed = starts_with(plain, "http://") || starts_with(plain, "https://") || starts_with(plain, "mailto:");
  if (!allowed) return std::nullopt;
  std::string out;
  append_percent_encoded(out, plain, ":/?#[]@!$&'()*+,;=%");
  return Url(std::move(out));
}

// "./" and not "": a reference without any text keeps the query that the page was asked for.
Url Url::start(Constant root) {
  return Url(fmt::format("{}", root.text().empty() ? "./" : root.text()));
}

Url Url::window(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}?from={}", root.text(), encoded(anchor)));
}

Url Url::window_before(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}?before={}", root.text(), encoded(anchor)));
}

Url Url::last_window(Constant root) {
  return Url(fmt::format("{}?last", root.text()));
}

Url Url::message(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}?from={}#{}", root.text(), encoded(anchor), encoded(anchor)));
}

Url Url::here(std::string_view anchor) {
  return Url(fmt::format("#{}", encoded(anchor)));
}

Url Url::block(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}b/{}", root.text(), encoded(anchor)));
}

Url Url::files_after(Constant root, std::size_t count) {
  return Url(fmt::format("{}files?after={}", root.text(), count));
}

Url Url::raw(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}r/{}", root.text(), encoded(anchor)));
}

Url Url::image(Constant root, std::string_view anchor, std::size_t index) {
  return Url(fmt::format("{}i/{}/{}", root.text(), encoded(anchor), index));
}

Url Url::asset(Constant root, std::string_view name) {
  return Url(fmt::format("{}a/{}", root.text(), encoded(name)));
}

Url Url::files(Constant root) {
  return Url(fmt::format("{}files", root.text()));
}

Url Url::open(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}open{}{}", root.text(), anchor.empty() ? "" : "?from=", encoded(anchor)));
}

Url Url::unlock(Constant root, std::string_view anchor) {
  return Url(fmt::format("{}unlock{}{}", root.text(), anchor.empty() ? "" : "?from=", encoded(anchor)));
}

Url Url::download(Constant root) {
  return Url(fmt::format("{}download", root.text()));
}

Url Url::download_as(Constant format) {
  return Url(fmt::format("download?format={}", format.text()));
}

Attribute attr::css(std::initializer_list<Constant> names) {
  std::string all;
  for (const Constant& name : names) {
    if (name.text().empty()) continue;
    if (!all.empty()) all += ' ';
    all += name.text();
  }
  return all.empty() ? none() : Attribute{"class", std::move(all)};
}

Attribute attr::language(std::string_view name) {
  const bool plain = !name.empty() && name.size() <= 24 &&
                     std::ranges::all_of(name, [](char c) { return is_unreserved(c) || c == '+' || c == '#'; });
  return plain ? Attribute{"data-language", std::string(name)} : none();
}

Attribute attr::own(Own name, Constant value) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"name", "content", "rel", "type", "loading", "lang", "charset", "disabled", "tabindex", "defer", "http-equiv",
       "method", "role", "autocomplete", "autofocus", "required"});
  return {kNames.at(static_cast<std::size_t>(name)), std::string(value.text())};
}

Attribute attr::policy(std::initializer_list<Embedded> scripts, const Embedded& style) {
  const auto hash_of = [](const Embedded& content) {
    const Sha256 hash = sha256(content.text());
    return fmt::format(" 'sha256-{}'", to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  };
  std::string all;
  for (const Embedded& script : scripts) all += hash_of(script);
  return {"content", fmt::format("default-src 'none'; script-src{}; style-src{}; img-src data:; base-uri 'none'; "
                                 "form-action 'none'",
                                 all, hash_of(style))};
}

/// In a script these end the element, or hide its end from the browser. As escapes they mean the same to JavaScript, in
/// a string as in a regular expression.
Embedded Embedded::script(std::string_view source) {
  std::string text(asset_named(source).bytes);
  for (const auto& [written, escaped] :
       {std::pair{"<!--", "<\\x21--"}, {"<script", "<\\x73cript"}, {"</script", "<\\/script"}})
    for (auto at = text.find(written); at != std::string::npos; at = text.find(written, at))
      text.replace(at, std::string_view(written).size(), escaped);
  return Embedded(std::move(text));
}

Embedded Embedded::style(std::string_view source) {
  const std::string_view bytes = asset_named(source).bytes;
  assert(!bytes.contains("</"));
  return Embedded(std::string(bytes));
}

Embedded Embedded::base64(std::string_view bytes) {
  return Embedded(to_base64(bytes));
}

void HtmlWriter::doctype() {
  out_ += "<!doctype html>\n";
}

void HtmlWriter::start(Tag tag, std::initializer_list<Attribute> attributes) {
  out_ += '<';
  out_ += info_of(tag).name;
  for (const Attribute& attribute : attributes) {
    if (attribute.name().empty()) continue;
    out_ += ' ';
    out_ += attribute.name();
    out_ += "=\"";
    append_escaped(out_, attribute.value(), Text::exact, Place::value);
    out_ += '"';
  }
  out_ += '>';
}

void HtmlWriter::open(Tag tag, std::initializer_list<Attribute> attributes) {
  start(tag, attributes);
  open_.push_back(tag);
}

void HtmlWriter::close(Tag tag) {
  assert(!open_.empty() && open_.back() == tag);
  open_.pop_back();
  out_ += "</";
  out_ += info_of(tag).name;
  out_ += '>';
  if (info_of(tag).block) out_ += '\n';
}

void HtmlWriter::single(Tag tag, std::initializer_list<Attribute> attributes) {
  start(tag, attributes);
  if (info_of(tag).block) out_ += '\n';
}

void HtmlWriter::text(std::string_view text, Text kind) {
  // A <title> holds text alone, so what would be an element there is written as in an attribute.
  const bool text_only = !open_.empty() && open_.back() == Tag::title;
  append_escaped(out_, text, kind, text_only ? Place::value : Place::body);
}

void HtmlWriter::element(Tag tag, std::initializer_list<Attribute> attributes, std::string_view content, Text kind) {
  open(tag, attributes);
  text(content, kind);
  close(tag);
}

void HtmlWriter::embed(Tag tag, std::initializer_list<Attribute> attributes, const Embedded& content) {
  assert(tag == Tag::script || tag == Tag::style);
  open(tag, attributes);
  out_ += content.text();
  close(tag);
}

std::string HtmlWriter::take() {
  assert(open_.empty());
  return std::move(out_);
}

}  // namespace panko
