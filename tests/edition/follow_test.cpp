#include "edition/follow.hpp"

#include <gmock/gmock.h>
#include <boost/json/src.hpp>

#include <cstdlib>
#include <fstream>
#include <random>

#include "edition/session_pages.hpp"
#include "tests/edition/page_model.hpp"
#include "tests/edition/session_file.hpp"
#include "tests/support/project_files.hpp"

namespace panko::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// All rows of an edition, as one page would have them.
std::string whole_page(const Edition& edition) {
  const SessionPages& pages = edition.pages();
  std::string html;
  if (pages.size() > 0) html = pages.html_of(SessionPages::Run{.first = 0, .end = pages.size(), .up = 0});
  return PageInBrowser(html).print();
}

class FollowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    session_.add_user("1", "one");
    session_.add_assistant("2", "two");
    step_ = follower_.next().value();
  }
  Follower::Step next() {
    step_ = follower_.next().value();
    return step_;
  }

  SessionFile session_;
  Follower follower_{session_.path(), ""};
  Follower::Step step_;
};

TEST_F(FollowTest, WhatIsAppendedIsInserted) {
  session_.add_assistant("3", "three & more");
  const auto before = step_.version;
  const auto step = next();
  EXPECT_NE(step.version, before);
  const auto change = boost::json::parse("{" + step.change + "}").as_object();
  EXPECT_EQ(change.at("version").as_string(), step.version);
  EXPECT_EQ(change.at("count").to_number<int>(), 3);
  const auto& ops = change.at("ops").as_array();
  ASSERT_EQ(ops.size(), 1U);
  EXPECT_EQ(ops[0].at("op").as_string(), "insert");
  EXPECT_EQ(ops[0].at("after").as_string(), SessionFile::uuid("2"));
  EXPECT_THAT(std::string(ops[0].at("html").as_string()), HasSubstr("three &amp; more"));
}

TEST_F(FollowTest, ALateResultReplacesItsBlock) {
  session_.add_content("3", "assistant", R"([{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}])");
  next();
  session_.add_content("4", "user", R"([{"type":"tool_result","tool_use_id":"t1","content":"late result"}])");
  const auto change = boost::json::parse("{" + next().change + "}").as_object();
  const auto& ops = change.at("ops").as_array();
  ASSERT_EQ(ops.size(), 1U);
  EXPECT_EQ(ops[0].at("op").as_string(), "replace");
  EXPECT_EQ(ops[0].at("id").as_string(), SessionFile::uuid("3"));
  EXPECT_THAT(std::string(ops[0].at("html").as_string()), HasSubstr("late result"));
}

TEST_F(FollowTest, APromptIsALineMoreInTheContents) {
  session_.add_user("3", "and <now>?");
  const auto step = next();
  EXPECT_THAT(step.change, HasSubstr(R"({"op":"prompt","id":")" + SessionFile::uuid("3")));
  EXPECT_THAT(step.change, HasSubstr("and &lt;now&gt;?"));
}

TEST_F(FollowTest, TheHeaderComesWhenItIsAnotherOne) {
  session_.add_line(
      R"({"uuid":"00000000-0000-4000-8000-000000000009","parentUuid":"00000000-0000-4000-8000-000000000002",)"
      R"("sessionId":"11111111-2222-4333-8444-555555555555","cwd":"/home/me/demo","timestamp":"2026-01-02T04:00:00.000Z",)"
      R"("type":"assistant","message":{"id":"m9","role":"assistant","model":"claude-other","content":)"
      R"([{"type":"text","text":"hello"}],"usage":{"input_tokens":12345,"output_tokens":1}}})");
  const auto change = boost::json::parse("{" + next().change + "}").as_object();
  EXPECT_THAT(std::string(change.at("head").as_string()), HasSubstr("claude-other"));
}

TEST_F(FollowTest, TheSameEditionWhileNothingChanges) {
  next();
  const auto edition = step_.edition;
  EXPECT_EQ(next().edition, edition);
  EXPECT_TRUE(step_.change.empty());
}

TEST_F(FollowTest, AHalfLineIsNoChangeOfWhatThePageShows) {
  const auto before = step_.version;
  std::ofstream(session_.path(), std::ios::app) << R"({"type":"us)";
  next();
  if (step_.version != before) {
    EXPECT_THAT(step_.change, Not(HasSubstr("insert")));
  }
}

TEST_F(FollowTest, WhatWasRewrittenIsLookedAtAgain) {
  std::ofstream(session_.path(), std::ios::trunc) << "";
  session_.go_back_to("");
  session_.add_user("1", "uno");
  session_.add_assistant("2", "due");
  session_.add_assistant("3", "tre");
  const auto step = next();
  EXPECT_TRUE(step.change.empty());
  EXPECT_THAT(whole_page(*step.edition), HasSubstr(SessionFile::uuid("3")));
}

TEST_F(FollowTest, MoreThanAPageWantsIsLookedAtAgain) {
  for (int i = 3; i < 60; ++i) session_.add_assistant(std::to_string(i), std::string(4000, 'x'));
  EXPECT_TRUE(next().change.empty());
}

TEST_F(FollowTest, ASideFileThatGrowsIsSeen) {
  session_.add_content("3", "assistant",
                       R"([{"type":"tool_use","id":"t1","name":"Task","input":{"subagent_type":"Explore"}}])");
  next();
  const auto agent = session_.path().parent_path() / session_.path().stem() / "subagents" / "agent-x.jsonl";
  fs::create_directories(agent.parent_path());
  const auto line = [](std::string_view uuid, std::string_view text) {
    return fmt::format(
        R"({{"uuid":"{}","type":"user","sessionId":"11111111-2222-4333-8444-555555555555","agentId":"x",)"
        R"("isSidechain":true,"message":{{"role":"user","content":"{}"}}}})"
        "\n",
        SessionFile::uuid(uuid), text);
  };
  std::ofstream(agent, std::ios::app) << line("71", "go and look");
  EXPECT_THAT(next().change, HasSubstr("go and look"));
  std::ofstream(agent, std::ios::app) << line("72", "further on");
  EXPECT_THAT(next().change, HasSubstr("further on"));
  EXPECT_THAT(step_.change,
              HasSubstr(R"({"op":"count","id":"g-)" + SessionFile::uuid("71") + R"(","text":"2 messages"})"));
}

/// A file that grows in random pieces: an open page to which every change was put is the page as it is now.
/// `changes` counts them.
void grow_and_compare(const fs::path& from, const fs::path& directory, std::uint32_t seed, std::size_t& changes) {
  std::ifstream file(from, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto path = directory / from.filename();
  {
    const std::ofstream empty(path, std::ios::trunc);
  }
  Follower follower(path, "");
  std::mt19937 random(seed);
  const std::size_t steps = 12;
  std::optional<PageInBrowser> page;
  std::string shown;
  std::size_t end = 0;
  while (end < bytes.size()) {
    const auto step_bytes = std::uniform_int_distribution<std::size_t>(1, 2 * bytes.size() / steps + 2)(random);
    const auto more = std::min(bytes.size() - end, step_bytes);
    std::ofstream(path, std::ios::app | std::ios::binary).write(bytes.data() + end, static_cast<std::streamsize>(more));
    end += more;
    const auto step = follower.next();
    if (!step) continue;  // too little of it to be a session
    const auto now = whole_page(*step->edition);
    if (page && !step->change.empty()) {
      ++changes;
      page->apply(step->change);
      ASSERT_EQ(page->print(), now) << from << " at " << end << ": " << step->change.substr(0, 2000);
    } else {
      if (page && step->version == shown) ASSERT_EQ(page->print(), now) << from << " at " << end;
      const SessionPages& pages = step->edition->pages();
      page.emplace(pages.size() == 0 ? std::string()
                                     : pages.html_of(SessionPages::Run{.first = 0, .end = pages.size(), .up = 0}));
    }
    shown = step->version;
  }
}

void grow_all(const fs::path& root, std::uintmax_t most_bytes, std::uint32_t seeds) {
  const auto directory = fs::temp_directory_path() / fmt::format("panko-follow-{}", ::getpid());
  fs::create_directories(directory);
  std::size_t changes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".jsonl" || entry.file_size() > most_bytes) continue;
    for (std::uint32_t seed = 0; seed < seeds && !::testing::Test::HasFatalFailure(); ++seed)
      grow_and_compare(entry.path(), directory, seed, changes);
  }
  EXPECT_GT(changes, 20U);
  fs::remove_all(directory);
}

TEST(FollowProperty, ChangesLeadToThePageAsItIs) {
  grow_all(test::project_file("tests/golden"), 8 << 20, 20);
}

/// Real sessions, where somebody has them.
TEST(FollowProperty, ChangesOfTheCorpusToo) {
  const char* corpus = std::getenv("PANKO_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "PANKO_CORPUS is not set";
  grow_all(corpus, 1 << 20, 2);
}

}  // namespace
}  // namespace panko::test
