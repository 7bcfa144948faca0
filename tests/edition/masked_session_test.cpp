#include "edition/masked_session.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "agents/transcript.hpp"
#include "edition/edition.hpp"
#include "edition/export.hpp"
#include "edition/follow.hpp"
#include "edition/session_pages.hpp"
#include "tests/edition/everything.hpp"
#include "tests/edition/session_file.hpp"
#include "tests/support/project_files.hpp"

namespace panko::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// Made up for these tests.
constexpr std::string_view kToken = "ghp_m4deUpF0rTh1sT3stN0tAR3alT0ken0Zq7Kx";
constexpr std::string_view kOther = "ghp_An0therMadeUpV4lueThatN0b0dyHas9Wb2L";
constexpr std::string_view kMarker = "[redacted: github-token #1]";

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string bytes_of(const Source& source) {
  std::string bytes(static_cast<std::size_t>(source.size()), '\0');
  EXPECT_EQ(source.read_at(0, bytes).value(), source.size());
  return bytes;
}

std::shared_ptr<const Edition> open_masked(const fs::path& path, const Hiding& hiding = {}) {
  return Edition::open(path, std::nullopt, {.redaction = RedactionSettings(), .hiding = hiding}).value();
}

class MaskedSessionTest : public ::testing::Test {
 protected:
  MaskedSession session() { return {file_.path(), std::nullopt, {}, RedactionSettings()}; }
  fs::path beside(const std::string& name, std::string_view content) {
    const fs::path path = file_.path().parent_path() / file_.path().stem() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
    return path;
  }
  /// A call whose result is of these words.
  void add_call(std::string_view name, std::string_view command, std::string_view result) {
    file_.add_content(name, "assistant",
                      R"([{"type":"tool_use","id":"toolu_)" + std::string(name) +
                          R"(","name":"Bash","input":{"command":)" + quoted(command) + "}}]");
    file_.add_content(std::string(name) + "9", "user",
                      R"([{"type":"tool_result","tool_use_id":"toolu_)" + std::string(name) + R"(","content":)" +
                          quoted(result) + "}]");
  }

  SessionFile file_;
};

TEST_F(MaskedSessionTest, NothingThatIsMadeOfItHasTheValue) {
  file_.add_user("1", "look at " + std::string(kToken) + " ok");
  file_.add_content("2", "assistant", R"([{"type":"thinking","thinking":")" + std::string(kToken) + R"("}])");
  add_call("3", "curl -H token:" + std::string(kToken), "used " + std::string(kToken));
  file_.add_assistant("4", "I used `" + std::string(kToken) + "`.");
  const auto edition = open_masked(file_.path());
  const std::string all = everything(*edition);
  EXPECT_THAT(all, Not(HasSubstr(kToken.substr(4))));
  EXPECT_THAT(all, HasSubstr(kMarker));
  ASSERT_TRUE(edition->masked());
  EXPECT_EQ(edition->masked()->secrets, 1U);
}

TEST_F(MaskedSessionTest, RowsAndAnchorsAreThoseOfTheOriginal) {
  file_.add_user("1", "key " + std::string(kToken));
  add_call("2", "ls", "out\\n" + std::string(kToken));
  file_.add_assistant("4", "done");
  const auto original = Edition::open(file_.path(), std::nullopt).value();
  const auto masked = open_masked(file_.path());
  ASSERT_EQ(masked->pages().size(), original->pages().size());
  for (std::uint32_t row = 0; row < masked->pages().size(); ++row)
    EXPECT_EQ(masked->pages().anchor_of(row), original->pages().anchor_of(row));
  EXPECT_EQ(masked->identity(), original->identity());
}

TEST_F(MaskedSessionTest, FindSeesMaskedTextAlone) {
  file_.add_user("1", "look at " + std::string(kToken));
  const auto edition = open_masked(file_.path());
  EXPECT_THAT(edition->find(kToken, {}).value().value(), HasSubstr(R"("hits":[])"));
  EXPECT_THAT(edition->find("m4deUp", {}).value().value(), HasSubstr(R"("hits":[])"));
  EXPECT_THAT(edition->find("redacted", {}).value().value(), HasSubstr(kMarker));
}

TEST_F(MaskedSessionTest, SubAgentsAndSpilledResultsAreMaskedWithIt) {
  file_.add_user("1", "go");
  file_.add_content(
      "2", "assistant",
      R"([{"type":"tool_use","id":"toolu_a","name":"Task","input":{"description":"look","prompt":"find it","subagent_type":"Explore"}}])");
  file_.add_line(
      R"({"uuid":"00000000-0000-4000-8000-000000000003","parentUuid":"00000000-0000-4000-8000-000000000002","sessionId":"11111111-2222-4333-8444-555555555555","type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_a","content":"found"}]},"toolUseResult":{"agentId":"abc123"}})");
  const std::string line =
      R"({"uuid":"00000000-0000-4000-8000-0000000000a1","parentUuid":null,"isSidechain":true,"agentId":"abc123","sessionId":"11111111-2222-4333-8444-555555555555","type":"assistant","message":{"id":"m","role":"assistant","content":[{"type":"text","text":"inner )" +
      std::string(kToken) + R"("}]}})" + "\n";
  beside("subagents/agent-abc123.jsonl", line);
  beside("subagents/agent-abc123.meta.json",
         R"({"agentType":"Explore","description":"uses )" + std::string(kOther) + "\"}");
  beside("tool-results/big.txt", "spilled " + std::string(kToken) + " end");
  add_call("5", "cat big",
           R"(<persisted-output>\nOutput too large. Full output saved to: /x/tool-results/big.txt\n\nPreview)");
  const auto original = Edition::open(file_.path(), std::nullopt).value();
  ASSERT_THAT(everything(*original), HasSubstr("inner " + std::string(kToken)));
  ASSERT_THAT(everything(*original), HasSubstr("spilled " + std::string(kToken)));
  ASSERT_THAT(everything(*original), HasSubstr("uses " + std::string(kOther)));

  const auto edition = open_masked(file_.path());
  const std::string all = everything(*edition);
  EXPECT_THAT(all, Not(HasSubstr(kToken.substr(4))));
  EXPECT_THAT(all, Not(HasSubstr(kOther.substr(4))));
  EXPECT_THAT(all, HasSubstr("inner " + std::string(kMarker)));
  EXPECT_THAT(all, HasSubstr("spilled " + std::string(kMarker)));
  EXPECT_EQ(edition->pages().size(), original->pages().size());
}

TEST_F(MaskedSessionTest, ASideFileThatComesLaterIsNotReadByWhatIsOpen) {
  file_.add_user("1", "go");
  add_call("5", "cat big",
           R"(<persisted-output>\nOutput too large. Full output saved to: /x/tool-results/big.txt\n\nPreview)");
  const auto edition = open_masked(file_.path());
  beside("tool-results/big.txt", "spilled " + std::string(kToken) + " end");
  EXPECT_THAT(everything(*edition), Not(HasSubstr("spilled")));
  EXPECT_THAT(everything(*open_masked(file_.path())), HasSubstr("spilled " + std::string(kMarker)));
}

TEST_F(MaskedSessionTest, WhatIsAppendedIsMaskedAndContinues) {
  file_.add_user("1", "one " + std::string(kToken));
  auto masked = session();
  const auto first = masked.next().value();
  EXPECT_FALSE(first.is_continued);
  const std::string before = bytes_of(first.transcript.source());
  file_.add_assistant("2", "two " + std::string(kToken));
  const auto second = masked.next().value();
  EXPECT_TRUE(second.is_continued);
  const std::string after = bytes_of(second.transcript.source());
  EXPECT_TRUE(after.starts_with(before));
  EXPECT_THAT(after, HasSubstr("two " + std::string(kMarker)));
  EXPECT_EQ(second.transcript.outline().blocks.size(), 2U);
  EXPECT_EQ(bytes_of(first.transcript.source()), before);
  // Nothing new: the same again.
  EXPECT_TRUE(masked.next().value().is_continued);
  EXPECT_EQ(masked.counts().secrets, 1U);
}

TEST_F(MaskedSessionTest, AnUnfinishedLineIsNotInTheCopy) {
  file_.add_user("1", "one");
  std::ofstream(file_.path(), std::ios::app) << R"({"type":"user","text":")" << kToken;
  auto masked = session();
  const auto first = masked.next().value();
  EXPECT_THAT(bytes_of(first.transcript.source()), Not(HasSubstr("m4deUp")));
  EXPECT_EQ(first.transcript.facts().unreadable_lines, 1U);
  std::ofstream(file_.path(), std::ios::app) << "\"}\n";
  file_.add_assistant("2", "two");
  const auto second = masked.next().value();
  EXPECT_TRUE(second.is_continued);
  EXPECT_EQ(second.transcript.facts().unreadable_lines, 0U);
  EXPECT_THAT(bytes_of(second.transcript.source()), Not(HasSubstr("m4deUp")));
  EXPECT_EQ(second.transcript.outline().blocks.size(), 2U);
}

TEST_F(MaskedSessionTest, ARewrittenFileIsReadAfresh) {
  file_.add_user("1", "one " + std::string(kOther));
  auto masked = session();
  ASSERT_TRUE(masked.next());
  fs::remove(file_.path());
  file_.add_user("2", "two " + std::string(kToken));
  const auto step = masked.next().value();
  EXPECT_FALSE(step.is_continued);
  EXPECT_EQ(step.transcript.outline().blocks.size(), 1U);
  EXPECT_EQ(masked.counts().secrets, 1U);
}

TEST_F(MaskedSessionTest, DamagedLinesStayDamagedAndEmpty) {
  file_.add_user("1", "one");
  file_.add_line("not JSON at all " + std::string(kToken));
  file_.add_line("not this either");
  for (int i = 0; i < 5; ++i) file_.add_line(i == 3 ? "nor this" : "");
  file_.add_line(R"({"a":1} {"b":2} {"c":)" + std::string(kToken));
  file_.add_line(R"({"type":"user","deep":)" + std::string(80, '[') + quoted(kToken) + std::string(80, ']') + "}");
  file_.add_line("{\"type\":\"user\",\"uuid\":\"x\",\"message\":{\"role\":\"user\",\"content\":\"bad \xFF " +
                 std::string(kToken) + "\"}}");
  file_.add_assistant("2", "two");
  const auto original = Transcript::open(file_.path()).value();
  const auto step = session().next().value();
  const std::string bytes = bytes_of(step.transcript.source());
  EXPECT_THAT(bytes, Not(HasSubstr("m4deUp")));
  EXPECT_THAT(bytes, HasSubstr(kMarker));
  EXPECT_EQ(std::ranges::count(bytes, '\n'), std::ranges::count(read_text(file_.path()), '\n'));
  EXPECT_EQ(step.transcript.facts().unreadable_lines, original.facts().unreadable_lines);
  ASSERT_EQ(step.transcript.outline().blocks.size(), original.outline().blocks.size());
  for (std::size_t i = 0; i < original.outline().blocks.size(); ++i) {
    EXPECT_EQ(step.transcript.outline().blocks[i].anchor_key, original.outline().blocks[i].anchor_key);
    EXPECT_EQ(step.transcript.outline().blocks[i].ordinal, original.outline().blocks[i].ordinal);
  }
}

TEST_F(MaskedSessionTest, ASnapshotEndsWhereItEnded) {
  file_.add_user("1", "one " + std::string(kToken));
  const auto snapshot = take_snapshot(file_.path()).value();
  file_.add_user("2", "two " + std::string(kOther));
  MaskedSession masked(file_.path(), snapshot, {}, RedactionSettings());
  const auto step = masked.next().value();
  EXPECT_EQ(step.transcript.outline().blocks.size(), 1U);
  EXPECT_EQ(masked.counts().secrets, 1U);
  EXPECT_THAT(bytes_of(step.transcript.source()), Not(HasSubstr("m4deUp")));
  // It is not read again because the agent goes on writing.
  file_.add_user("3", "three");
  EXPECT_TRUE(masked.next().value().is_continued);
  // Rewritten, it is, up to the moment of the snapshot.
  fs::remove(file_.path());
  file_.add_user("1", "another " + std::string(kToken));
  const auto again = masked.next().value();
  EXPECT_FALSE(again.is_continued);
  EXPECT_THAT(bytes_of(again.transcript.source()), HasSubstr("another " + std::string(kMarker)));
}

TEST_F(MaskedSessionTest, AnotherSessionInTheFileIsAnError) {
  file_.add_user("1", "one");
  MaskedSession masked(file_.path(), std::nullopt, "another-id", RedactionSettings());
  const auto step = masked.next();
  ASSERT_FALSE(step);
  EXPECT_THAT(step.error().message, HasSubstr("now holds another session"));
}

TEST_F(MaskedSessionTest, APassThatTakesTooLongShowsNothing) {
  file_.add_user("1", "one " + std::string(kToken));
  MaskedSession masked(file_.path(), std::nullopt, {}, RedactionSettings(), std::chrono::milliseconds(0));
  const auto step = masked.next();
  ASSERT_FALSE(step);
  EXPECT_THAT(step.error().message, HasSubstr("took too long"));
  EXPECT_FALSE(masked.findings());
}

TEST_F(MaskedSessionTest, FindingsNameTheirPlace) {
  file_.add_user("1", "one");
  file_.add_assistant("2", "two");
  file_.add_user("3", "three " + std::string(kToken) + " and " + std::string(kToken));
  file_.add_content(
      "4", "assistant",
      R"([{"type":"text","text":"nothing here"},{"type":"text","text":"but )" + std::string(kOther) + R"("}])");
  auto masked = session();
  const auto step = masked.next().value();
  auto findings = masked.findings().value();
  std::erase_if(findings, [](const SessionFinding& finding) { return finding.value.is_personal; });
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].anchor, SessionFile::uuid("3"));
  EXPECT_EQ(findings[0].turn, 2U);
  EXPECT_EQ(findings[0].kind, "user");
  EXPECT_EQ(findings[0].count, 2U);
  EXPECT_EQ(findings[0].value.kind, "github-token");
  EXPECT_EQ(findings[1].anchor, SessionFile::uuid("4") + ".1");
  EXPECT_EQ(findings[1].kind, "assistant");
  EXPECT_EQ(masked.counts(), (MaskedCounts{.secrets = 2, .personal = 0}));  // whose home directory it is stands nowhere
  EXPECT_GT(masked.bytes(), 0U);
}

TEST_F(MaskedSessionTest, AValueThatIsLearntLateMakesANewCopy) {
  const std::string value = "Zm4deUpS3cr3tF0rTh1sT3st9";
  file_.add_user("1", "it is called " + value + " by some");
  auto masked = session();
  const auto first = masked.next().value();
  EXPECT_THAT(bytes_of(first.transcript.source()), HasSubstr(value));
  file_.add_user("2", "DB_PASSWORD=" + value);
  const auto second = masked.next().value();
  EXPECT_FALSE(second.is_continued);
  EXPECT_THAT(bytes_of(second.transcript.source()), Not(HasSubstr(value)));
  EXPECT_EQ(second.transcript.outline().blocks.size(), 2U);
  // A new value that stood nowhere before changes nothing of what is there.
  file_.add_user("3", "look at " + std::string(kOther));
  const auto third = masked.next().value();
  EXPECT_TRUE(third.is_continued);
  EXPECT_THAT(bytes_of(third.transcript.source()), Not(HasSubstr(kOther)));
}

TEST_F(MaskedSessionTest, ASubAgentThatGrowsIsReadOn) {
  file_.add_user("1", "go");
  file_.add_content(
      "2", "assistant",
      R"([{"type":"tool_use","id":"toolu_a","name":"Task","input":{"description":"look","prompt":"find it","subagent_type":"Explore"}}])");
  const auto line = [](int number, std::string_view text) {
    return R"({"uuid":"00000000-0000-4000-8000-0000000000a)" + std::to_string(number) +
           R"(","parentUuid":null,"isSidechain":true,"agentId":"abc123","sessionId":"11111111-2222-4333-8444-555555555555","type":"user","message":{"role":"user","content":")" +
           std::string(text) + "\"}}\n";
  };
  const fs::path inner = beside("subagents/agent-abc123.jsonl", line(1, "find it"));
  auto masked = session();
  const auto first = masked.next().value();
  ASSERT_EQ(first.transcript.outline().subagents.size(), 1U);
  std::ofstream(inner, std::ios::app) << line(2, "inner " + std::string(kToken));
  const auto second = masked.next().value();
  EXPECT_TRUE(second.is_continued);
  const Subagent& subagent = second.transcript.outline().subagents.at(0);
  EXPECT_EQ(subagent.outline.blocks.size(), 2U);
  EXPECT_THAT(bytes_of(*subagent.source), Not(HasSubstr("m4deUp")));
  EXPECT_THAT(bytes_of(*subagent.source), HasSubstr(kMarker));
  // It goes by the file that it stands for: whoever watches that sees it grow.
  EXPECT_EQ(subagent.source->identity_now(), identify_file(inner).value());
  // Rewritten, it is read from the front, and so is all else.
  fs::remove(inner);
  std::ofstream(inner) << line(3, "find it");
  const auto third = masked.next().value();
  EXPECT_EQ(third.transcript.outline().subagents.at(0).outline.blocks.size(), 1U);
  EXPECT_EQ(masked.counts().secrets, 0U);
}

TEST_F(MaskedSessionTest, WhatAFileOfCredentialsHoldsIsSuspectThereAlone) {
  file_.add_user("1", "the colour is mauve-and-teal-77 I think");
  add_call("2", "cat .env", "COLOUR=mauve-and-teal-77");
  add_call("3", "cat notes.txt", "COLOUR=ochre-and-rust-88");
  beside("tool-results/env.txt", "SHADE=grey-and-plum-99\n");
  add_call("4", "cat ./.env.production",
           R"(<persisted-output>\nOutput too large. Full output saved to: /x/tool-results/env.txt\n\nPreview)");
  const auto edition = open_masked(file_.path());
  const SessionPages& pages = edition->pages();
  const auto result_of = [&](std::string_view name) {
    return pages.load(pages.find(SessionFile::uuid(name)).value()).tool.value().result;
  };
  EXPECT_THAT(result_of("2"), Not(HasSubstr("mauve")));
  EXPECT_THAT(result_of("3"), HasSubstr("ochre-and-rust-88"));
  EXPECT_THAT(result_of("4"), Not(HasSubstr("plum")));
}

TEST_F(MaskedSessionTest, WhatTheUserRanIsSuspectToo) {
  file_.add_user("1", "<bash-input>cat .env</bash-input>");
  file_.add_user("2", "<bash-stdout>COLOUR=mauve-and-teal-77</bash-stdout><bash-stderr></bash-stderr>");
  file_.add_user("3", "<bash-input>cat notes.txt</bash-input>");
  file_.add_user("4", "<bash-stdout>COLOUR=ochre-and-rust-88</bash-stdout><bash-stderr></bash-stderr>");
  const std::string all = everything(*open_masked(file_.path()));
  EXPECT_THAT(all, HasSubstr("cat .env"));
  EXPECT_THAT(all, Not(HasSubstr("mauve")));
  EXPECT_THAT(all, HasSubstr("ochre-and-rust-88"));
}

TEST_F(MaskedSessionTest, WhatIsAllowedIsShownAndNotCounted) {
  file_.add_user("1", "look at " + std::string(kToken) + " and " + std::string(kOther));
  RedactionSettings settings;
  settings.salt = {.bytes = "0123456789abcdef"};
  {
    MaskedSession masked(file_.path(), std::nullopt, {}, settings);
    ASSERT_TRUE(masked.next());
    EXPECT_EQ(masked.counts().secrets, 2U);
  }
  settings.allowed = {value_hash(settings.salt, kToken)};
  MaskedSession masked(file_.path(), std::nullopt, {}, settings);
  const auto step = masked.next().value();
  EXPECT_THAT(bytes_of(step.transcript.source()), HasSubstr(kToken));
  EXPECT_THAT(bytes_of(step.transcript.source()), Not(HasSubstr(kOther)));
  EXPECT_EQ(masked.counts().secrets, 1U);
  const auto findings = masked.findings().value();
  EXPECT_EQ(std::ranges::count_if(findings, [](const auto& finding) { return finding.value.is_allowed; }), 1);
}

TEST_F(MaskedSessionTest, FactsThatComeFromElsewhereAreMaskedToo) {
  const fs::path home = file_.path().parent_path() / ".codex";
  fs::create_directories(home / "sessions/2026/01/02");
  const std::string id = "22222222-2222-4333-8444-555555555555";
  const fs::path rollout = home / "sessions/2026/01/02" / ("rollout-2026-01-02T03-04-05-" + id + ".jsonl");
  fs::copy_file(test::project_file("tests/golden/codex/conversation.jsonl"), rollout);
  const std::string session = Transcript::open(rollout).value().facts().id;
  std::ofstream(home / "session_index.jsonl")
      << R"({"id":")" << session << R"(","thread_name":"with )" << kToken << R"(","updated_at":"2026-01-01T00:00:00Z"})"
      << "\n";
  ASSERT_THAT(Transcript::open(rollout).value().facts().title, HasSubstr(kToken));
  const auto edition = open_masked(rollout);
  EXPECT_EQ(edition->pages().transcript().facts().title, "with " + std::string(kMarker));
  EXPECT_THAT(everything(*edition), Not(HasSubstr("m4deUp")));
}

TEST_F(MaskedSessionTest, AnExportSaysNoPathOfThisMachine) {
  file_.add_user("1", "one");
  std::string json;
  RedactionSettings settings;
  settings.words = {file_.path().parent_path().filename()};
  ASSERT_TRUE(export_session(file_.path(), ExportFormat::json, {.redaction = settings, .hiding = {}},
                             [&](std::string_view piece) {
                               json += piece;
                               return true;
                             }));
  EXPECT_THAT(json, Not(HasSubstr(file_.path().parent_path().filename().native())));
}

TEST_F(MaskedSessionTest, RecordsOfTheCopyAreASessionAgain) {
  file_.add_user("1", "one " + std::string(kToken));
  add_call("2", "ls", "x");
  const fs::path copy = file_.path().parent_path() / "copy.jsonl";
  {
    std::ofstream out(copy, std::ios::binary);
    ASSERT_TRUE(export_session(file_.path(), ExportFormat::records, {.redaction = RedactionSettings(), .hiding = {}},
                               [&](std::string_view piece) { return bool(out << piece); }));
  }
  const auto again = Transcript::open(copy).value();
  EXPECT_EQ(again.outline().blocks.size(), Transcript::open(file_.path()).value().outline().blocks.size());
  EXPECT_THAT(read_text(copy), Not(HasSubstr("m4deUp")));
}

TEST_F(MaskedSessionTest, LivePagesFollowTheCopy) {
  file_.add_user("1", "one");
  const auto masked = std::make_shared<MaskedSession>(file_.path(), std::nullopt, "", RedactionSettings());
  Follower follower(file_.path(), masked, {});
  const auto first = follower.next().value();
  file_.add_assistant("2", "two " + std::string(kToken));
  const auto second = follower.next().value();
  EXPECT_EQ(second.from, first.version);
  EXPECT_THAT(second.change, HasSubstr(kMarker));
  EXPECT_THAT(second.change, Not(HasSubstr("m4deUp")));
}

}  // namespace
}  // namespace panko::test
