#include "edition/context.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "tests/edition/session_file.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

using test::SessionFile;
using testing::HasSubstr;
using testing::Not;

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

void add_call(SessionFile& file, std::string_view name, std::string_view tool, std::string_view input) {
  file.add_content(name, "assistant",
                   fmt::format(R"([{{"type":"tool_use","id":"t{}","name":"{}","input":{}}}])", name, tool, input));
}
void add_result(SessionFile& file, std::string_view name, std::string_view call, std::string_view text,
                bool is_error = false) {
  file.add_content(name, "user",
                   fmt::format(R"([{{"type":"tool_result","tool_use_id":"t{}","content":"{}","is_error":{}}}])", call,
                               text, is_error));
}

TEST(Context, SaysWhatAnotherAgentNeeds) {
  SessionFile file;
  file.add_user("1", "Fix the *bug*\\nin `a.c`");
  file.add_content("2", "assistant", R"([{"type":"thinking","thinking":"secret thoughts","signature":"s"}])");
  file.add_assistant("3", "I look.");
  add_call(file, "4", "Bash", R"({"command":"grep -n `x` a.c\ncat a.c","description":"Looks"})");
  add_result(file, "5", "4", "a long output");
  add_call(file, "6", "mcp__x_y", R"({"file_path":"/home/me/a.c"})");
  add_result(file, "7", "6", "no such file", true);
  add_call(file, "8", "Read", R"({})");
  file.add_assistant("9", "Done.");
  file.add_user("10", "Thanks");
  const auto context = session_context(file.path());
  ASSERT_TRUE(context) << context.error().message;
  const std::string& text = context->markdown;
  EXPECT_THAT(text, testing::StartsWith("# Fix the \\*bug\\*"));
  EXPECT_THAT(text, HasSubstr("Claude Code · demo · claude-test · 2026-01-02 03:00"));
  EXPECT_THAT(text, HasSubstr("\n- Folder: `/home/me/demo`\n- Session file: `" + file.path().string() + "`\n"));
  EXPECT_THAT(text, testing::EndsWith("\n## User\n\nFix the *bug*\nin `a.c`\n"
                                      "\n## Assistant\n\nI look.\n"
                                      "\n- Bash: ``grep -n `x` a.c``\n"
                                      "- mcp\\_\\_x\\_y: `/home/me/a.c` (failed)\n"
                                      "- Read (no result)\n"
                                      "\nDone.\n"
                                      "\n## User\n\nThanks\n"));
  EXPECT_THAT(text, Not(HasSubstr("secret thoughts")));
  EXPECT_THAT(text, Not(HasSubstr("a long output")));
  EXPECT_EQ(context->left_out, 0u);
  EXPECT_EQ(context->tokens, (text.size() + 3) / 4);
}

TEST(Context, TellsOfSubagentsInOneLine) {
  const auto golden = test::project_file("tests/golden/claude/inline_subagents.jsonl");
  const auto context = session_context(golden);
  ASSERT_TRUE(context);
  EXPECT_THAT(context->markdown, HasSubstr("\n- Sub-agent: `One`\n- Sub-agent: `Two`\n"));
}

TEST(Context, LeavesTheOldestMiddleOut) {
  SessionFile file;
  for (int i = 0; i < 200; ++i) {
    file.add_user(std::to_string(2 * i + 1), fmt::format("prompt {} {}", i, repeated("x", 100)));
    file.add_assistant(std::to_string(2 * i + 2), fmt::format("answer {} {}", i, repeated("y", 100)));
  }
  constexpr std::size_t kLimit = 10'000;
  const auto context = session_context(file.path(), kLimit);
  ASSERT_TRUE(context);
  const std::string& text = context->markdown;
  EXPECT_LE(text.size(), kLimit + 200);
  EXPECT_GE(text.size(), kLimit * 8 / 10);
  EXPECT_THAT(text, HasSubstr("prompt 0 "));
  EXPECT_THAT(text, Not(HasSubstr("answer 0 ")));
  EXPECT_THAT(text, HasSubstr("answer 199 "));
  EXPECT_THAT(text, Not(HasSubstr("prompt 100 ")));
  // The mark says how many are not there.
  std::size_t shown = 0;
  for (const char* what : {"prompt ", "answer "})
    for (int i = 0; i < 200; ++i) shown += text.contains(fmt::format("{}{} ", what, i)) ? 1 : 0;
  EXPECT_EQ(context->left_out, 400 - shown);
  EXPECT_GT(context->left_out, 300u);
  EXPECT_THAT(text, HasSubstr(", 0 tool calls …]\n"));
}

TEST(Context, ShortensOneLongText) {
  SessionFile file;
  file.add_user("1", "begin " + repeated("日", 20'000) + " end");
  file.add_assistant("2", "ok");
  const auto context = session_context(file.path(), 8'000);
  ASSERT_TRUE(context);
  EXPECT_TRUE(is_valid_utf8(context->markdown));
  EXPECT_LT(context->markdown.size(), 3'000u);
  EXPECT_THAT(context->markdown, HasSubstr("\nbegin 日"));
  EXPECT_THAT(context->markdown, HasSubstr("KB of this text left out …]"));
  EXPECT_THAT(context->markdown, HasSubstr("日 end\n"));
  EXPECT_EQ(context->left_out, 0u);
}

TEST(Context, AHugeNameOfAToolTakesALineLikeAnyOther) {
  SessionFile file;
  file.add_user("1", "Go on");
  add_call(file, "2", std::string(300'000, 'n'), "{}");
  file.add_user("3", "Thanks");
  const auto context = session_context(file.path()).value();
  EXPECT_EQ(context.left_out, 0u);
  EXPECT_LT(context.markdown.size(), 2000u);
}

TEST(Context, NamesItsFileByTheWholePath) {
  namespace fs = std::filesystem;
  SessionFile file;
  file.add_user("1", "Go on");
  const fs::path folder = file.path().parent_path() / std::string(200, 'd');
  fs::create_directory(folder);
  fs::copy_file(file.path(), folder / file.path().filename());
  const auto context = session_context(folder / file.path().filename()).value();
  EXPECT_THAT(context.markdown, HasSubstr((folder / file.path().filename()).native()));
}

TEST(Context, KeepsEachTextInItsPlace) {
  SessionFile file;
  file.add_user("1", "Look:\\n```\\nnever closed");
  file.add_assistant("2", "\\u001b]52;c;eA==\\u0007 \\u001b[201~ \\u202e");
  const auto context = session_context(file.path());
  ASSERT_TRUE(context);
  EXPECT_THAT(context->markdown, HasSubstr("> Look:\n> ```\n> never closed\n\n## Assistant\n"));
  for (const char c : context->markdown) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  EXPECT_THAT(context->markdown, Not(HasSubstr("\u202e")));
}

TEST(Context, HoldsAtAnyLimit) {
  SessionFile file;
  file.add_user("1", repeated("日 ```\\n", 100));
  for (int i = 2; i < 50; ++i) add_call(file, std::to_string(i), "Bash", R"({"command":"true"})");
  for (std::size_t limit = 0; limit < 4'000; limit += 37) {
    const auto context = session_context(file.path(), limit);
    ASSERT_TRUE(context);
    EXPECT_TRUE(is_valid_utf8(context->markdown));
    EXPECT_LT(context->markdown.size(), limit + 1'000);
  }
}

TEST(Context, ReadsEveryGoldenSession) {
  namespace fs = std::filesystem;
  int read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(test::project_file("tests/golden"))) {
    if (entry.path().extension() != ".jsonl") continue;
    const auto context = session_context(entry.path());
    if (!context) continue;  // some are no sessions
    ++read;
    EXPECT_TRUE(is_valid_utf8(context->markdown)) << entry.path();
  }
  EXPECT_GT(read, 5);
}

TEST(Context, ReadsTheCorpus) {
  namespace fs = std::filesystem;
  const fs::path corpus = test::corpus();
  if (!fs::is_directory(corpus)) GTEST_SKIP() << "there is no corpus here";
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".jsonl") continue;
    const auto context = session_context(entry.path(), 50'000);
    if (!context) continue;
    EXPECT_TRUE(is_valid_utf8(context->markdown)) << entry.path();
    EXPECT_LT(context->markdown.size(), 51'000u) << entry.path();
  }
}

TEST(Context, SaysWhatIsWrong) {
  EXPECT_EQ(session_context("/nonexistent.jsonl").error().message, "There is no file /nonexistent.jsonl.");
}

}  // namespace
}  // namespace panko
