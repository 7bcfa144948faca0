#include "edition/hiding.hpp"

#include <gmock/gmock.h>

#include <string>

#include "edition/edition.hpp"
#include "edition/export.hpp"
#include "edition/follow.hpp"
#include "edition/session_pages.hpp"
#include "tests/edition/everything.hpp"
#include "tests/edition/session_file.hpp"

namespace panko::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HidingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    file_.add_user("1", "the prompt");
    file_.add_content("2", "assistant", R"([{"type":"thinking","thinking":"the thought"}])");
    file_.add_content("3", "assistant",
                      R"([{"type":"tool_use","id":"toolu_3","name":"Bash","input":{"command":"the-command"}}])");
    file_.add_content("4", "user", R"([{"type":"tool_result","tool_use_id":"toolu_3","content":"the-output"}])");
    file_.add_content(
        "5", "assistant",
        R"([{"type":"tool_use","id":"toolu_5","name":"Edit","input":{"file_path":"/home/me/demo/a.c","old_string":"the-old","new_string":"the-new"}}])");
    file_.add_content("6", "user", R"([{"type":"tool_result","tool_use_id":"toolu_5","content":"edited-a-file"}])");
    file_.add_content("7", "user",
                      R"([{"type":"tool_result","tool_use_id":"toolu_gone","content":"orphaned-output"}])");
    file_.add_assistant("8", "the answer");
    file_.add_user("9", "the second prompt");
  }
  std::shared_ptr<const Edition> open(const Hiding& hiding) {
    return Edition::open(file_.path(), std::nullopt, {.redaction = {}, .hiding = hiding}).value();
  }
  SessionFile file_;
};

TEST_F(HidingTest, ToolOutputIsNowhere) {
  const auto edition = open({.tool_output = true});
  const std::string all = everything(*edition);
  for (const char* gone : {"the-output", "edited-a-file", "orphaned-output"}) EXPECT_THAT(all, Not(HasSubstr(gone)));
  for (const char* kept : {"the prompt", "the thought", "the-command", "the-old", "the-new", "the answer"})
    EXPECT_THAT(all, HasSubstr(kept));
  EXPECT_THAT(all, HasSubstr("[output hidden by the owner]"));
  EXPECT_EQ(edition->pages().size(), open({})->pages().size());
}

TEST_F(HidingTest, SoIsWhatTheUsersCommandsPrinted) {
  file_.add_user("10", "<bash-input>ls here</bash-input>");
  file_.add_user("11", "<bash-stdout>printed-by-bash</bash-stdout><bash-stderr></bash-stderr>");
  file_.add_user("12",
                 "<command-name>/context</command-name><command-message>x</command-message>"
                 "<local-command-stdout>printed-by-panko</local-command-stdout>");
  ASSERT_THAT(everything(*open({})), HasSubstr("printed-by-panko"));
  const std::string all = everything(*open({.tool_output = true}));
  EXPECT_THAT(all, Not(HasSubstr("printed-by")));
  EXPECT_THAT(all, HasSubstr("! ls here"));
  EXPECT_THAT(all, HasSubstr("/context"));
}

TEST_F(HidingTest, ThinkingIsNowhere) {
  const auto edition = open({.thinking = true});
  const std::string all = everything(*edition);
  EXPECT_THAT(all, Not(HasSubstr("the thought")));
  EXPECT_THAT(all, HasSubstr("the-output"));
  EXPECT_EQ(edition->pages().size() + 1, open({})->pages().size());
}

TEST_F(HidingTest, StepsAreNowhere) {
  const auto edition = open({.steps = true});
  const std::string all = everything(*edition);
  for (const char* gone : {"the-output", "the-command", "the thought", "the-old", "orphaned-output"})
    EXPECT_THAT(all, Not(HasSubstr(gone)));
  for (const char* kept : {"the prompt", "the answer", "the second prompt"}) EXPECT_THAT(all, HasSubstr(kept));
  EXPECT_THAT(edition->page({}, {}).value().value(), Not(HasSubstr("Files changed")));
  EXPECT_EQ(edition->pages().size(), 3U);
  EXPECT_EQ(edition->pages().prompts().size(), 2U);
}

TEST_F(HidingTest, RecordsAreNotOffered) {
  for (const Hiding& hiding : {Hiding{.tool_output = true}, Hiding{.thinking = true}, Hiding{.steps = true}}) {
    const auto edition = open(hiding);
    const std::string anchor = SessionFile::uuid("1");
    EXPECT_FALSE(edition->records_page(anchor, {}).value());
    EXPECT_TRUE(edition->block_page(anchor, {}).value());
    const auto done = export_edition(*edition, ExportFormat::records, [](std::string_view) { return true; });
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("Records hold all of a session"));
  }
  EXPECT_TRUE(open({})->records_page(SessionFile::uuid("1"), {}).value());
}

TEST_F(HidingTest, HiddenBlocksHaveNoPage) {
  const auto edition = open({.steps = true});
  EXPECT_FALSE(edition->block_page(SessionFile::uuid("3"), {}).value());
  EXPECT_FALSE(edition->window({.where = WindowAt::Where::from, .anchor = SessionFile::uuid("3")}).value());
}

TEST_F(HidingTest, BranchesStayWhereTheyLeft) {
  file_.go_back_to("8");
  file_.add_user("10", "the other prompt");
  const auto edition = open({.steps = true});
  const auto original = open({});
  EXPECT_EQ(edition->pages().transcript().outline().branches.size(),
            original->pages().transcript().outline().branches.size());
  const SessionPages& pages = edition->pages();
  ASSERT_EQ(pages.size(), 4U);
  EXPECT_EQ(pages.anchor_of(1), SessionFile::uuid("8"));
  EXPECT_EQ(pages.anchor_of(2), SessionFile::uuid("9"));
  EXPECT_EQ(pages.anchor_of(3), SessionFile::uuid("10"));
}

TEST_F(HidingTest, LivePagesGetNothingOfIt) {
  Follower follower(file_.path(), std::string(), {.tool_output = true});
  ASSERT_TRUE(follower.next());
  file_.add_content("11", "assistant",
                    R"([{"type":"tool_use","id":"toolu_11","name":"Bash","input":{"command":"late-command"}}])");
  EXPECT_THAT(follower.next().value().change, HasSubstr("late-command"));
  file_.add_content("12", "user", R"([{"type":"tool_result","tool_use_id":"toolu_11","content":"late-output"}])");
  const auto step = follower.next().value();
  EXPECT_THAT(step.change, Not(HasSubstr("late-output")));
  EXPECT_THAT(step.change, HasSubstr("[output hidden by the owner]"));
}

}  // namespace
}  // namespace panko::test
