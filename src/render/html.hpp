// A writer of HTML that knows its context. Tags and attributes come from closed lists, every text and value is
// escaped, and a link or an image can only be a Url, which only the functions below make: there is no way to put raw
// markup in. Plain value; no errors: hostile text comes out as visible, harmless text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace panko {

/// Text that stands in our own source.
class Constant {
 public:
  consteval Constant(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor): literals only
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class Url {
 public:
  /// Where a transcript's link leads: http, https or mailto, as a browser would read it, control characters and white
  /// space undone (entities are the caller's). Anything else is no link, nor is one of over 2,048 bytes.
  [[nodiscard]] static std::optional<Url> external(std::string_view text);

  /// Pages of a share, relative to its root; `root` is "" on its own page and "../" one level below.
  [[nodiscard]] static Url start(Constant root);
  [[nodiscard]] static Url window(Constant root, std::string_view anchor);  // starts there
  [[nodiscard]] static Url window_before(Constant root, std::string_view anchor);
  [[nodiscard]] static Url last_window(Constant root);
  [[nodiscard]] static Url message(Constant root, std::string_view anchor);  // starts there and points at it
  [[nodiscard]] static Url here(std::string_view anchor);                    // on this very page
  [[nodiscard]] static Url block(Constant root, std::string_view anchor);
  [[nodiscard]] static Url files(Constant root);
  [[nodiscard]] static Url files_after(Constant root, std::size_t count);  // the list of files without the first ones
  [[nodiscard]] static Url raw(Constant root, std::string_view anchor);    // the records of a block
  [[nodiscard]] static Url image(Constant root, std::string_view anchor, std::size_t index);
  [[nodiscard]] static Url asset(Constant root, std::string_view name);
  [[nodiscard]] static Url open(Constant root, std::string_view anchor);    // posted to; leads to that place, or ""
  [[nodiscard]] static Url unlock(Constant root, std::string_view anchor);  // likewise, with a password
  [[nodiscard]] static Url download(Constant root);
  [[nodiscard]] static Url download_as(Constant format);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

enum class Tag : std::uint8_t {
  a,
  article,
  aside,
  b,
  blockquote,
  body,
  br,
  button,
  code,
  dd,
  del,
  details,
  div,
  dl,
  dt,
  em,
  footer,
  form,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  head,
  header,
  hr,
  html,
  img,
  input,
  label,
  li,
  link,
  main,
  meta,
  nav,
  ol,
  p,
  pre,
  script,
  section,
  small,
  span,
  strong,
  style,
  summary,
  table,
  tbody,
  td,
  th,
  thead,
  time,
  title,
  tr,
  ul,
};

/// What stands inside a script or style element, where nothing is escaped: only what cannot end the element.
class Embedded {
 public:
  [[nodiscard]] static Embedded script(std::string_view source);  // assets, see assets.hpp
  [[nodiscard]] static Embedded style(std::string_view source);
  [[nodiscard]] static Embedded base64(std::string_view bytes);
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  explicit Embedded(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// An attribute with its value. Made by the functions in `attr` alone.
class Attribute {
 public:
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] const std::string& value() const { return value_; }

 private:
  friend struct attr;
  Attribute(std::string_view name, std::string value) : name_(name), value_(std::move(value)) {}
  std::string_view name_;  // empty: there is none
  std::string value_;
};

struct attr {
  [[nodiscard]] static Attribute none() { return {"", ""}; }
  [[nodiscard]] static Attribute href(const Url& url) { return {"href", url.text()}; }
  [[nodiscard]] static Attribute src(const Url& url) { return {"src", url.text()}; }
  [[nodiscard]] static Attribute action(const Url& url) { return {"action", url.text()}; }
  [[nodiscard]] static Attribute css(Constant name) { return css({name}); }
  [[nodiscard]] static Attribute css(std::initializer_list<Constant> names);  // empty ones are left out
  [[nodiscard]] static Attribute id(std::string_view text) { return {"id", std::string(text)}; }
  [[nodiscard]] static Attribute title(std::string_view text) { return {"title", std::string(text)}; }
  [[nodiscard]] static Attribute alt(std::string_view text) { return {"alt", std::string(text)}; }
  [[nodiscard]] static Attribute label(std::string_view text) { return {"aria-label", std::string(text)}; }
  [[nodiscard]] static Attribute language(std::string_view name);  // of a code block: none unless it is a plain word
  [[nodiscard]] static Attribute datetime(WallTime time) { return {"datetime", to_iso8601(time)}; }
  [[nodiscard]] static Attribute start(unsigned number) { return {"start", std::to_string(number)}; }
  [[nodiscard]] static Attribute open_if(bool open) { return open ? Attribute{"open", ""} : none(); }
  [[nodiscard]] static Attribute checked_if(bool checked) { return checked ? Attribute{"checked", ""} : none(); }
  /// What the page's script reads: `name` begins with "data-".
  [[nodiscard]] static Attribute data(Constant name, std::string_view value) {
    return {name.text(), std::string(value)};
  }
  /// The attributes whose values are ours alone: name, content, rel, type, loading, lang, charset, role, disabled...
  enum class Own : std::uint8_t {
    name,
    content,
    rel,
    type,
    loading,
    lang,
    charset,
    disabled,
    tabindex,
    defer,
    equiv,
    method,
    role,
    autocomplete,
    autofocus,
    required
  };
  [[nodiscard]] static Attribute own(Own name, Constant value);
  /// Of the policy of a file: its own scripts and style alone, by their hashes.
  [[nodiscard]] static Attribute policy(std::initializer_list<Embedded> scripts, const Embedded& style);
};

/// How invisible characters are treated: `exact` (code, paths, titles) shows each as an escape; `prose` leaves the
/// joiners and marks that emoji and some scripts need, and shows the rest.
enum class Text : std::uint8_t { exact, prose };

class HtmlWriter {
 public:
  void doctype();
  void open(Tag tag, std::initializer_list<Attribute> attributes = {});
  void close(Tag tag);  // the innermost open one
  /// An element without content: br, hr, img, input, link, meta.
  void single(Tag tag, std::initializer_list<Attribute> attributes = {});
  void text(std::string_view text, Text kind = Text::exact);
  /// open, text, close.
  void element(Tag tag, std::initializer_list<Attribute> attributes, std::string_view text, Text kind = Text::exact);
  /// A script or style element with its content.
  void embed(Tag tag, std::initializer_list<Attribute> attributes, const Embedded& content);

  /// What another one wrote; every element of that must be closed.
  void append(HtmlWriter other) { out_ += other.take(); }

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  /// Drops what was written behind `size`, where the same elements were open as now.
  void rewind(std::size_t size) { out_.resize(size); }
  /// What was written so far, given away: elements stay open.
  [[nodiscard]] std::string drain() { return std::exchange(out_, {}); }
  /// The document; every element must be closed.
  [[nodiscard]] std::string take();

 private:
  void start(Tag tag, std::initializer_list<Attribute> attributes);

  std::string out_;
  std::vector<Tag> open_;
};

}  // namespace panko
