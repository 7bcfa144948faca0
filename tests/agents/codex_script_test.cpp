#include "agents/codex_script.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

std::string calls(std::string_view script) {
  const auto found = codex_script_calls(script);
  if (!found) return "not understood";
  std::string text;
  for (const CodexScriptCall& call : *found) text += call.tool + call.arguments + ";";
  return text;
}

TEST(CodexScript, FindsCallsWithLiterals) {
  EXPECT_EQ(
      calls(
          R"(const r = await tools.exec_command({cmd:"ls \"a\"","workdir":'/x', yield_time_ms:1_000,}); text(r.output);)"),
      R"(exec_command{"cmd":"ls \"a\"","workdir":"/x","yield_time_ms":1000};)");
  EXPECT_EQ(calls("tools.a({}) /* tools.x */"), "a{};");
  EXPECT_EQ(calls("tools.a({}) // tools.c({})"), "not understood");
  EXPECT_EQ(calls("await Promise.all([tools.a({}), tools.b()])"), "a{};b{};");
  EXPECT_EQ(calls("tools.a({x:[true,null,-3,[]],y:{z:`two\nlines`}})"),
            R"(a{"x":[true,null,-3,[]],"y":{"z":"two\nlines"}};)");
  EXPECT_EQ(calls("tools.a({x:String.raw`a\\n`})"), R"(a{"x":"a\\n"};)");
  EXPECT_EQ(calls(R"(tools.a("\u00e4\x41\ud83d\ude00\q"))"), "a\"äA😀q\";");
  EXPECT_EQ(calls("text(ALL_TOOLS.map(t => t.name))"), "");
  EXPECT_EQ(calls("text('use tools.a here')"), "");
}

TEST(CodexScript, AConstantIsWhatItWasGiven) {
  EXPECT_EQ(calls(R"(const patch = "a\nb";
text(await tools.apply_patch(patch));)"),
            R"(apply_patch"a\nb";)");
  EXPECT_EQ(calls("const p = {a:1}; tools.x(p)"), R"(x{"a":1};)");
  EXPECT_EQ(calls("const p = 'a' + b; tools.x(p)"), "not understood");
  EXPECT_EQ(calls("const p = 'a'; tools.x(p); tools.x(p)"), "not understood");
  EXPECT_EQ(calls("const p = {cmd: await tools.x({})}; text(p)"), "x{};");
}

TEST(CodexScript, WhatItCannotReadItDoesNotGuess) {
  for (const char* script :
       {"tools.a(b)", "tools.a({cmd: b})", "tools.a({cmd: `ls ${x}`})", "tools[name]({})", "const {a} = tools; a({})",
        "tools.a({cmd:'ls'", "tools.a({...b})", "tools.a({cmd:'a' + 'b'})", "if (/\"/.test(x)) tools.a({})",
        "tools.a({x:0x10})", "tools.a({x:'\\u12'})", "tools.", "tools.a"})
    EXPECT_EQ(calls(script), "not understood") << script;
  EXPECT_EQ(calls("tools.a({x:" + std::string(100, '[') + std::string(100, ']') + "})"), "not understood");
  EXPECT_EQ(calls(""), "");
}

TEST(CodexScript, TakesLinearTime) {
  std::string script;
  for (int i = 0; i < 200'000; ++i) script += "const a={b:";
  EXPECT_EQ(calls(script), "");
  script.clear();
  for (int i = 0; i < 200'000; ++i) script += "let x=`${";
  EXPECT_EQ(calls(script), "");
}

}  // namespace
}  // namespace panko
