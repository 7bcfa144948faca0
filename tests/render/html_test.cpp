#include "render/html.hpp"

#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::Eq;
using testing::Optional;

std::string text_in_p(std::string_view text, Text kind = Text::exact) {
  HtmlWriter html;
  html.open(Tag::p);
  html.text(text, kind);
  html.close(Tag::p);
  std::string out = html.take();
  return out.substr(3, out.size() - 8);
}

std::optional<std::string> external(std::string_view text) {
  const auto url = Url::external(text);
  return url ? std::optional(url->text()) : std::nullopt;
}

TEST(HtmlWriter, EscapesTextAndValues) {
  HtmlWriter html;
  html.element(Tag::span, {attr::title("a\"b'<c>&")}, "\"x\" & <b>'");
  EXPECT_EQ(html.take(), "<span title=\"a&quot;b'&lt;c&gt;&amp;\">\"x\" &amp; &lt;b&gt;'</span>");
}

TEST(HtmlWriter, ControlCharactersNeverReachThePage) {
  EXPECT_EQ(text_in_p(std::string_view("a\0b\x1b[31m\x7f", 9)), "a␀b␛[31m␡");
  EXPECT_EQ(text_in_p("a\r\nb\rc\td"), "a\nb\nc\td");
  EXPECT_EQ(text_in_p("\xc2\x85"), "<span class=\"u\">U+0085</span>");
}

TEST(HtmlWriter, BrokenUtf8BecomesReplacementCharacters) {
  EXPECT_EQ(text_in_p("a\xff<\xc3"), "a\uFFFD&lt;\uFFFD");
  EXPECT_EQ(text_in_p("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(text_in_p("\xef\xbf\xbf"), "\uFFFD");
  EXPECT_EQ(text_in_p("\xc0\xbcscript"), "\uFFFD\uFFFDscript");
}

TEST(HtmlWriter, ShowsInvisibleCharacters) {
  EXPECT_EQ(text_in_p("a\u202Eb\u200Bc"), "a<span class=\"u\">U+202E</span>b<span class=\"u\">U+200B</span>c");
  HtmlWriter html;
  html.element(Tag::span, {attr::title("\u202Etxt.exe")}, "");
  EXPECT_EQ(html.take(), "<span title=\"&lt;U+202E&gt;txt.exe\"></span>");
}

TEST(HtmlWriter, ProseKeepsJoinersButNoOverrides) {
  EXPECT_EQ(text_in_p("👨\u200D👩", Text::prose), "👨\u200D👩");
  EXPECT_EQ(text_in_p("👨\u200D👩", Text::exact), "👨<span class=\"u\">U+200D</span>👩");
  EXPECT_EQ(text_in_p("\u2066x", Text::prose), "<span class=\"u\">U+2066</span>x");
  EXPECT_EQ(text_in_p("\U000E0041", Text::prose), "<span class=\"u\">U+E0041</span>");
}

TEST(HtmlWriter, TitleElementHoldsTextAlone) {
  HtmlWriter html;
  html.element(Tag::title, {}, "\u202E</title><script>");
  EXPECT_EQ(html.take(), "<title>&lt;U+202E&gt;&lt;/title&gt;&lt;script&gt;</title>\n");
}

TEST(HtmlWriter, LanguageIsOnePlainWord) {
  EXPECT_EQ(attr::language("c++").value(), "c++");
  EXPECT_TRUE(attr::language("a\" onload=\"x").name().empty());
  EXPECT_TRUE(attr::language(std::string(100, 'a')).name().empty());
}

TEST(Url, AllowsTheWebAndMail) {
  EXPECT_THAT(external("https://example.org/a?b=c&d#e"), Optional(Eq("https://example.org/a?b=c&d#e")));
  EXPECT_THAT(external(" HTTP://x/ "), Optional(Eq("HTTP://x/")));
  EXPECT_THAT(external("mailto:a@b.c"), Optional(Eq("mailto:a@b.c")));
  EXPECT_THAT(external("https://x/\"><ä"), Optional(Eq("https://x/%22%3E%3C%C3%A4")));
  EXPECT_THAT(external("ht\ntps\t://x/y z"), Optional(Eq("https://x/y%20z")));
}

TEST(Url, RefusesEverythingElse) {
  for (const char* bad :
       {"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:x", "java\nscript:x", "\x01javascript:x",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example", "/root", "relative", "http:evil",
        "https:/evil", "blob:x", "ftp://x", "javascript://https://x", "http", "\xe2\x80\x8ehttps://x"}) {
    EXPECT_FALSE(Url::external(bad)) << bad;
  }
  EXPECT_FALSE(Url::external("https://" + std::string(3000, 'a')));
}

TEST(Url, OwnLinksAreRelativeAndEncoded) {
  EXPECT_EQ(Url::start("").text(), "./");
  EXPECT_EQ(Url::start("../").text(), "../");
  EXPECT_EQ(Url::message("../", "a/b\"c").text(), "../?from=a%2Fb%22c#a%2Fb%22c");
  EXPECT_EQ(Url::image("", "x", 2).text(), "i/x/2");
  EXPECT_EQ(Url::block("", "javascript:x").text(), "b/javascript%3Ax");
}

}  // namespace
}  // namespace panko
