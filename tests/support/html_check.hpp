// A strict reader of the HTML that panko writes: only its own tags, attributes and kinds of links, everything closed,
// nothing left unescaped. Whatever a browser could take for more than that, it refuses.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace panko::test {

/// Empty: `html` is what it should be. Otherwise what is wrong, with the place.
class HtmlCheck {
 public:
  static std::string problem_of(std::string_view html) {
    HtmlCheck check(html);
    check.run();
    if (check.problem_.empty() && !check.open_.empty()) check.refuse("not closed: " + check.open_.back());
    return std::move(check.problem_);
  }

 private:
  explicit HtmlCheck(std::string_view html) : rest_(html), all_(html) {}

  void run() {
    if (!is_valid_utf8(all_)) return refuse("not UTF-8");
    while (!rest_.empty() && problem_.empty()) {
      if (rest_.front() == '<') {
        read_tag();
      } else {
        const auto text = rest_.substr(0, rest_.find('<'));
        check_text(text, false);
        rest_.remove_prefix(text.size());
      }
    }
  }

  void read_tag() {
    static const std::set<std::string, std::less<>> kSingle{"br", "hr", "img", "input", "link", "meta"};
    static const std::string_view kDoctype = "<!doctype html>";
    if (rest_.starts_with(kDoctype)) return rest_.remove_prefix(kDoctype.size());
    rest_.remove_prefix(1);
    const bool closing = rest_.starts_with('/');
    if (closing) rest_.remove_prefix(1);
    const std::string name = word();
    if (!attributes_of().contains(name)) return refuse("tag <" + name + ">");
    if (closing) {
      if (open_.empty() || open_.back() != name) return refuse("closes another element: " + name);
      open_.pop_back();
    } else {
      while (rest_.starts_with(' ')) read_attribute(name);
      if (!kSingle.contains(name)) open_.push_back(name);
      if (open_.size() > 200) return refuse("too deep");
    }
    if (!rest_.starts_with('>')) return refuse("tag does not end");
    rest_.remove_prefix(1);
  }

  void read_attribute(const std::string& tag) {
    rest_.remove_prefix(1);
    const std::string name = word();
    if (name == "style" || name.starts_with("on") || !attributes_of().at(tag).contains(name)) {
      return refuse("attribute " + name + " of " + tag);
    }
    if (!rest_.starts_with("=\"")) return refuse("attribute without quotes");
    rest_.remove_prefix(2);
    const auto end = rest_.find('"');
    if (end == std::string_view::npos) return refuse("attribute does not end");
    const auto value = rest_.substr(0, end);
    check_text(value, true);
    if (name == "href" || name == "src" || name == "action") check_url(value);
    rest_.remove_prefix(end + 1);
  }

  void check_url(std::string_view url) {
    static const std::vector<std::string_view> kOwn{"./", "../",   "?from=",   "?before=", "?last",
                                                    "#",  "a/",    "b/",       "i/",       "r/",
                                                    "w?", "files", "download", "open",     "unlock"};
    static const std::vector<std::string_view> kOutside{"http://", "https://", "mailto:"};
    const auto begins = [&](std::string_view prefix) {
      return url.size() >= prefix.size() &&
             std::ranges::equal(url.substr(0, prefix.size()), prefix,
                                [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
    };
    const bool fine = std::ranges::any_of(kOwn, begins) || std::ranges::any_of(kOutside, begins);
    if (!fine) refuse("link to " + std::string(url.substr(0, 60)));
    if (std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '<' || c < 0; })) {
      refuse("raw bytes in a link");
    }
  }

  void check_text(std::string_view text, bool value) {
    for (std::size_t i = 0; i < text.size() && problem_.empty(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte == '>' || byte == '<') return refuse("bare angle bracket");
      if (byte == 0x7F || (byte < 0x20 && byte != '\n' && byte != '\t')) return refuse("control character");
      if (byte == '&') {
        static const std::vector<std::string_view> kEntities{"&amp;", "&lt;", "&gt;", "&quot;"};
        const auto here = text.substr(i, 6);
        if (std::ranges::none_of(kEntities, [&](auto entity) { return here.starts_with(entity); })) {
          return refuse("bare ampersand");
        }
      }
      if (byte < 0x80) continue;
      const auto [c, length] = decode_character(text.substr(i));
      const bool joiner = !value && c >= 0x200C && c <= 0x200F;
      if ((is_invisible(c) && !joiner) || c < 0xA0) return refuse("invisible character");
      i += length - 1;
    }
  }

  std::string word() {
    std::size_t end = 0;
    while (end < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[end])) != 0 || rest_[end] == '-'))
      ++end;
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  void refuse(std::string what) {
    if (!problem_.empty()) return;
    const std::size_t at = all_.size() - rest_.size();
    problem_ = std::move(what) + " near: " + std::string(all_.substr(at > 80 ? at - 80 : 0, 160));
  }

  static const std::map<std::string, std::set<std::string>, std::less<>>& attributes_of() {
    static const std::map<std::string, std::set<std::string>, std::less<>> kAttributes = [] {
      std::map<std::string, std::set<std::string>, std::less<>> all;
      for (const char* tag :
           {"b",       "blockquote", "body",   "br",      "code",  "dd",     "del",  "div",  "dl",     "dt",
            "em",      "h1",         "h2",     "h3",      "h4",    "h5",     "h6",   "head", "header", "hr",
            "p",       "small",      "strong", "summary", "table", "tbody",  "td",   "th",   "thead",  "title",
            "tr",      "ul",         "li",     "span",    "aside", "footer", "time", "html", "a",      "article",
            "details", "img",        "input",  "link",    "main",  "meta",   "nav",  "ol",   "pre",    "section"}) {
        all[tag] = {"class", "title"};
      }
      all["html"] = {"lang"};
      all["script"] = {"src", "defer"};
      all["body"].merge(std::set<std::string>{"data-root", "data-mode", "data-version", "data-expires",
                                              "data-highlight", "data-gate"});
      all["div"].merge(std::set<std::string>{"data-from", "data-first", "data-last", "data-count", "data-version",
                                             "data-next", "data-previous"});
      all["meta"] = {"charset", "name", "content"};
      all["link"] = {"rel", "type", "href"};
      all["a"].merge(std::set<std::string>{"href", "rel", "aria-label"});
      all["img"] = {"src", "alt", "loading"};
      all["input"] = {"type", "disabled", "checked", "aria-label", "name", "autocomplete", "required", "autofocus"};
      all["form"] = {"method", "action"};
      all["label"] = {};
      all["button"] = {};
      all["p"].merge(std::set<std::string>{"role"});
      all["time"].merge(std::set<std::string>{"datetime"});
      all["ol"].merge(std::set<std::string>{"start"});
      all["pre"].merge(std::set<std::string>{"data-language", "data-n", "tabindex"});
      all["span"].merge(std::set<std::string>{"data-n"});
      all["details"] = {"open", "class"};
      all["main"] = {"id", "tabindex", "class"};
      all["article"].merge(std::set<std::string>{"id", "aria-label", "data-v"});
      all["section"].merge(std::set<std::string>{"id"});
      for (const char* tag : {"nav", "section"}) all[tag].merge(std::set<std::string>{"aria-label"});
      return all;
    }();
    return kAttributes;
  }

  std::string_view rest_;
  std::string_view all_;
  std::vector<std::string> open_;
  std::string problem_;
};

}  // namespace panko::test
