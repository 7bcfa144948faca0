#include "catalog/library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>

#include "catalog/index.hpp"
#include "tests/catalog/home.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::Home;

constexpr std::string_view kFern = "11111111-1111-4111-8111-111111111111";
constexpr std::string_view kMoss = "22222222-2222-4222-8222-222222222222";
constexpr std::string_view kIvy = "33333333-3333-4333-8333-333333333333";

std::vector<std::string> titles(const std::vector<SessionEntry>& sessions) {
  std::vector<std::string> titles;
  for (const SessionEntry& session : sessions) titles.push_back(session.digest.facts.title);
  return titles;
}

void append(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::app) << text;
}

/// What a receiver of the updates has, waited for.
class Receiver {
 public:
  std::function<void(LibraryUpdate)> sink() {
    return [this](LibraryUpdate update) {
      const std::scoped_lock lock(mutex_);
      for (SessionEntry& entry : update.changed) sessions_[entry.path] = std::move(entry);
      for (const fs::path& path : update.gone) sessions_.erase(path);
      for (std::string& problem : update.problems) problems_.push_back(std::move(problem));
      if (update.is_complete) ++complete_;
      if (update.is_complete) to_read_ = update.files_to_read;
      news_.notify_all();
    };
  }
  void has(const std::vector<SessionEntry>& sessions) {
    for (const SessionEntry& entry : sessions) sessions_[entry.path] = entry;
  }
  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, std::chrono::seconds(30), [&] { return condition(*this); });
  }
  bool wait_for_scans(int count) {
    return wait([count](const Receiver& receiver) { return receiver.complete_ >= count; });
  }
  [[nodiscard]] std::string title_of(const fs::path& path) const {
    const auto found = sessions_.find(path);
    return found == sessions_.end() ? "" : found->second.digest.facts.title;
  }

  std::mutex mutex_;
  std::condition_variable news_;
  std::map<fs::path, SessionEntry> sessions_;
  std::vector<std::string> problems_;
  std::size_t to_read_ = 0;
  int complete_ = 0;
};

TEST(ListSessions, ReadsOnceAndThenOnlyWhatChanged) {
  const Home home;
  home.add_session(kFern, "/src/fernwatch", "Water the fern", 300);
  const auto moss = home.add_session(kMoss, "/src/moss", "Moss", 10);
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Moss", "Water the fern"));
  EXPECT_THAT(titles(load_indexed_sessions(home.places())), ElementsAre("Moss", "Water the fern"));

  // The same size and time: nothing says that it changed, so the index is believed.
  std::ofstream(moss) << Home::prompt_record(kMoss, "/src/moss", "Mosz");
  Home::set_age(moss, 10);
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Moss", "Water the fern"));
  Home::set_age(moss, 9);
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Mosz", "Water the fern"));
  fs::remove(moss);
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Water the fern"));
  EXPECT_THAT(titles(load_indexed_sessions(home.places())), ElementsAre("Water the fern"));

  fs::remove(home.places().cache_dir / "index.db");
  EXPECT_THAT(load_indexed_sessions(home.places()), IsEmpty());
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Water the fern"));
}

TEST(ListSessions, ALargeFileThatGrewIsReadOnFromWhereItWas) {
  const Home home;
  const auto path = home.add_session(kFern, "/src/fern", "One" + std::string(3 << 20, '.'), 10);
  ASSERT_THAT(list_sessions(home.places()), SizeIs(1));
  const auto before = fs::file_size(path);
  const auto state_of = [&] { return Index(home.places().cache_dir).reading_state(path); };
  ASSERT_TRUE(state_of());
  EXPECT_EQ(state_of()->progress.read_to, before);

  // What lies in front of the tail is not looked at again.
  std::fstream(path).seekp(static_cast<std::streamoff>(before / 2)) << std::string(100, '\n');
  const std::string second = Home::prompt_record(kFern, "/src/fern", "Two", 2);
  append(path, second);
  const auto grown = list_sessions(home.places());
  ASSERT_THAT(grown, SizeIs(1));
  EXPECT_EQ(grown[0].digest.messages, 2U);
  EXPECT_EQ(grown[0].digest.facts.unreadable_lines, 0U);
  EXPECT_EQ(state_of()->progress.read_to, before + second.size());

  // The same file, longer, with other bytes before the point where reading stood.
  std::ofstream(path) << Home::prompt_record(kFern, "/src/fern", "Another" + std::string(4 << 20, '.'));
  const auto rewritten = list_sessions(home.places());
  ASSERT_THAT(rewritten, SizeIs(1));
  EXPECT_TRUE(rewritten[0].digest.first_prompt.starts_with("Another"));
  EXPECT_EQ(rewritten[0].digest.messages, 1U);
}

TEST(ListSessions, AFileThatGrewIsReadAgain) {
  const Home home;
  const auto path = home.add_session(kFern, "/src/fern", "One", 10);
  ASSERT_THAT(list_sessions(home.places()), SizeIs(1));
  const std::string second = Home::prompt_record(kFern, "/src/fern", "Two", 2);
  const auto size = fs::file_size(path) + second.size();
  append(path, second);
  const auto grown = list_sessions(home.places());
  ASSERT_THAT(grown, SizeIs(1));
  EXPECT_EQ(grown[0].digest.messages, 2U);
  EXPECT_EQ(grown[0].size, size);
  EXPECT_FALSE(Index(home.places().cache_dir).reading_state(path)) << "a small one is read from its front";

  // The same file, longer, with other bytes before the point where reading stood.
  std::ofstream(path) << Home::prompt_record(kFern, "/src/fern", "Another") +
                             Home::prompt_record(kFern, "/src/fern", "and another", 2) +
                             Home::prompt_record(kFern, "/src/fern", "and yet another", 3);
  const auto rewritten = list_sessions(home.places());
  ASSERT_THAT(rewritten, SizeIs(1));
  EXPECT_EQ(rewritten[0].digest.first_prompt, "Another");
  EXPECT_EQ(rewritten[0].digest.messages, 3U);

  std::ofstream(path) << Home::prompt_record(kFern, "/src/fern", "Short");
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Short"));
}

TEST(ListSessions, WhatIsNoSessionIsLeftOutAndRemembered) {
  const Home home;
  const auto path = home.path_of(kFern);
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "{\"a\":1}\n";
  EXPECT_THAT(list_sessions(home.places()), IsEmpty());
  const auto files = Index(home.places().cache_dir).files();
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].agent, nullptr);
  append(path, Home::prompt_record(kFern, "/src/fern", "Now it is one"));
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Now it is one"));
  std::ofstream(path) << "not any more\n";
  EXPECT_THAT(list_sessions(home.places()), IsEmpty());
}

TEST(ListSessions, WhatCannotBeReadIsListedAsSuch) {
  const Home home;
  const auto path = home.add_session(kFern, "/src/fern", "Fern", 10);
  ASSERT_THAT(list_sessions(home.places()), SizeIs(1));
  std::ofstream(path) << "\x28\xb5\x2f\xfd: zstd, and yet none";
  for (int i = 0; i < 2; ++i) {
    const auto sessions = list_sessions(home.places());
    ASSERT_THAT(sessions, SizeIs(1));
    EXPECT_THAT(sessions[0].unreadable, testing::HasSubstr(path.native()));
    EXPECT_EQ(sessions[0].digest.facts.title, kFern);
  }
  std::ofstream(path) << Home::prompt_record(kFern, "/src/fern", "Fern");
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Fern"));
}

TEST(ListSessions, WhatLiesAmongSessionsDoesNoHarm) {
  const Home home;
  const auto future = home.add_session(kFern, "/src/fern", "Fern", 10);
  const timespec when{.tv_sec = 10'000'000'000, .tv_nsec = 0};  // the year 2286
  const timespec times[2] = {when, when};
  ::utimensat(AT_FDCWD, future.c_str(), times, 0);
  const auto projects = home.directory() / ".claude/projects";
  ASSERT_EQ(::mkfifo(home.path_of(kMoss).c_str(), 0600), 0);
  fs::create_directory(home.path_of(kIvy));
  fs::create_directory_symlink(projects, projects / "circle");
  fs::create_symlink("nowhere", home.path_of(Home::uuid(1)));
  fs::create_symlink(home.path_of(Home::uuid(2)), home.path_of(Home::uuid(2)));
  // The name is no text, and it cannot be decompressed.
  const auto rollouts = home.directory() / ".codex/sessions/2026/11/22";
  fs::create_directories(rollouts);
  std::ofstream(rollouts / "rollout-\xff.jsonl") << "\x28\xb5\x2f\xfd";
  for (int i = 0; i < 2; ++i) EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Fern", "rollout-\uFFFD"));
}

TEST(ListSessions, GoesOnWithoutAnIndex) {
  const Home home;
  home.add_session(kFern, "/src/fern", "Fern", 10);
  fs::create_directories(home.places().cache_dir.parent_path());
  std::ofstream(home.places().cache_dir) << "in the way";
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Fern"));
  EXPECT_THAT(titles(list_sessions(home.places())), ElementsAre("Fern"));
  EXPECT_THAT(load_indexed_sessions(home.places()), IsEmpty());
}

class LibraryTest : public testing::Test {
 protected:
  Home home_;
  Receiver receiver_;
};

TEST_F(LibraryTest, TellsWhatIsThereAndThenNothingTwice) {
  const auto fern = home_.add_session(kFern, "/src/fern", "Fern", 10);
  {
    const Library library(home_.places(), {}, receiver_.sink());
    ASSERT_TRUE(receiver_.wait_for_scans(1));
    EXPECT_EQ(receiver_.title_of(fern), "Fern");
    EXPECT_EQ(receiver_.to_read_, 1U);
  }
  Receiver second;
  const auto known = load_indexed_sessions(home_.places());
  const Library library(home_.places(), known, second.sink());
  ASSERT_TRUE(second.wait_for_scans(1));
  EXPECT_THAT(second.sessions_, IsEmpty());
  EXPECT_EQ(second.to_read_, 0U);
}

TEST_F(LibraryTest, TellsWhatTheReceiverHasFromAnOlderIndex) {
  home_.add_session(kFern, "/src/fern", "Fern", 10);
  const auto known = list_sessions(home_.places());
  const auto fern = home_.add_session(kFern, "/src/fern", "Farn", 5);
  (void)list_sessions(home_.places());  // another panko has brought the index up to date
  receiver_.has(known);
  const Library library(home_.places(), known, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));
  EXPECT_EQ(receiver_.title_of(fern), "Farn");
  EXPECT_EQ(receiver_.to_read_, 0U);
}

TEST_F(LibraryTest, TellsWhatIsGone) {
  const auto fern = home_.add_session(kFern, "/src/fern", "Fern", 10);
  const auto moss = home_.add_session(kMoss, "/src/moss", "Moss", 10);
  const auto known = list_sessions(home_.places());
  fs::remove(fern);
  receiver_.has(known);
  const Library library(home_.places(), known, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));
  EXPECT_EQ(receiver_.title_of(fern), "");
  EXPECT_EQ(receiver_.title_of(moss), "Moss");
}

TEST_F(LibraryTest, FollowsWhatAnAgentDoes) {
  const auto fern = home_.add_session(kFern, "/src/fern", "Fern", 10);
  const Library library(home_.places(), {}, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));

  append(fern, Home::prompt_record(kFern, "/src/fern", "More", 2));
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.sessions_[fern].digest.messages == 2; })) << "it grew";
  append(fern, Home::prompt_record(kFern, "/src/fern", "And more", 3));
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.sessions_[fern].digest.messages == 3; })) << "and again";

  const auto moss = home_.add_session(kMoss, "/src/moss", "Moss", 10);
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.title_of(moss) == "Moss"; })) << "a new file";

  const auto ivy = moss.parent_path().parent_path() / "-another-project" / moss.filename();
  fs::create_directory(ivy.parent_path());
  std::ofstream(ivy) << Home::prompt_record(kIvy, "/src/ivy", "Ivy");
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.title_of(ivy) == "Ivy"; })) << "a new project";
  append(ivy, Home::prompt_record(kIvy, "/src/ivy", "More", 2));
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.sessions_[ivy].digest.messages == 2; }));

  fs::remove(moss);
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.title_of(moss).empty(); })) << "a file that went";
  fs::remove_all(ivy.parent_path());
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.title_of(ivy).empty(); })) << "a project that went";
}

TEST_F(LibraryTest, WaitsForAnAgentsFirstSession) {
  const Library library(home_.places(), {}, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));
  const auto fern = home_.add_session(kFern, "/src/fern", "Fern", 10);
  EXPECT_TRUE(receiver_.wait([&](Receiver& r) { return r.title_of(fern) == "Fern"; }));
}

TEST_F(LibraryTest, LooksAgainWhenAsked) {
  Library library(home_.places(), {}, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));
  library.rescan();
  EXPECT_TRUE(receiver_.wait_for_scans(2));
}

TEST_F(LibraryTest, SaysOnceThatTheIndexIsNotKept) {
  home_.add_session(kFern, "/src/fern", "Fern", 10);
  fs::create_directories(home_.places().cache_dir.parent_path());
  std::ofstream(home_.places().cache_dir) << "in the way";
  Library library(home_.places(), {}, receiver_.sink());
  ASSERT_TRUE(receiver_.wait_for_scans(1));
  library.rescan();
  ASSERT_TRUE(receiver_.wait_for_scans(2));
  EXPECT_THAT(receiver_.problems_, ElementsAre(testing::HasSubstr("not kept for the next start")));
}

TEST_F(LibraryTest, EndsInTheMiddle) {
  for (int i = 0; i < 300; ++i)
    home_.add_session(fmt::format("11111111-1111-4111-8111-{:012}", i), "/src/fern", "Fern", i);
  for (int i = 0; i < 10; ++i) {
    fs::remove(home_.places().cache_dir / "index.db");
    const Library library(home_.places(), {}, receiver_.sink());
    if (i % 2 == 0) ASSERT_TRUE(receiver_.wait([](const Receiver& r) { return !r.sessions_.empty(); }));
  }
  EXPECT_THAT(list_sessions(home_.places()), SizeIs(300));
}

TEST(Library, SessionsWithoutAReaderAreListedByName) {
  const Home home;
  home.add_session(kFern, "/a/project", "Water the fern", 100);
  const auto path = home.directory() / ".local/share/amp/threads/T-1.json";
  fs::create_directories(path.parent_path());
  std::ofstream(path) << R"({"v":1,"id":"T-1","created":1,"title":"Prune the ivy","messages":[]})";
  Home::set_age(path, 10);
  for (int round = 0; round < 2; ++round) {  // read, then out of the index
    const auto sessions = list_sessions(home.places());
    ASSERT_THAT(titles(sessions), ElementsAre("Prune the ivy", "Water the fern"));
    EXPECT_EQ(sessions[0].agent->name, "Amp");
    EXPECT_EQ(sessions[0].unreadable, "panko cannot read sessions of Amp yet.");
    EXPECT_EQ(sessions[1].unreadable, "");
  }
}

}  // namespace
}  // namespace panko
