#include "catalog/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/library.hpp"
#include "tests/catalog/home.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::Home;

constexpr std::string_view kFern = "5d0c6a1e-3b7f-4c1a-9e52-7a1f0be4c0de";
constexpr std::string_view kMoss = "5d0c9999-3b7f-4c1a-9e52-7a1f0be4c0de";
constexpr std::string_view kIvy = "77777777-3b7f-4c1a-9e52-7a1f0be4c0de";

class ResolveTest : public testing::Test {
 protected:
  ResolveTest() {
    fern_ = home_.add_session(kFern, "/src/fernwatch", "Water the fern", 100);
    moss_ = home_.add_session(kMoss, "/src", "Moss", 10);
    ivy_ = home_.add_session(kIvy, "/elsewhere/ivy", "Ivy", 1);
  }

  static std::string error_of(std::string_view word) {
    const auto resolved = resolve_session(word, "/");
    return resolved ? "" : resolved.error().message;
  }
  static fs::path path_of(std::string_view word, const fs::path& here = "/") {
    const auto resolved = resolve_session(word, here);
    return resolved ? resolved->path : fs::path(resolved.error().message);
  }

  Home home_;
  fs::path fern_;
  fs::path moss_;
  fs::path ivy_;
};

TEST_F(ResolveTest, TakesAPath) {
  EXPECT_EQ(path_of(fern_.native()), fern_);
  EXPECT_EQ(path_of((fern_.parent_path() / "." / fern_.filename()).native()), fern_);
  EXPECT_THAT(error_of("/no/such/file.jsonl"), HasSubstr("There is no file /no/such/file.jsonl"));
  EXPECT_THAT(error_of("missing.jsonl"), HasSubstr("There is no file missing.jsonl"));
}

TEST_F(ResolveTest, RefusesAPathThatIsNoSession) {
  const fs::path notes = home_.directory() / "notes.txt";
  std::ofstream(notes) << "These are notes.\n";
  EXPECT_THAT(error_of(notes.native()), HasSubstr(notes.native()));
  EXPECT_THAT(error_of("/"), HasSubstr("directory"));
}

TEST_F(ResolveTest, TakesAnIdOrItsUniqueBeginning) {
  EXPECT_EQ(path_of(kFern), fern_);
  EXPECT_EQ(path_of("5d0c6"), fern_);
  EXPECT_EQ(path_of("7777"), ivy_);
}

TEST_F(ResolveTest, AnIndexChangesNothing) {
  ASSERT_EQ(list_sessions(home_.places()).size(), 3U);
  EXPECT_EQ(path_of("5d0c6"), fern_);
  EXPECT_EQ(path_of("latest"), ivy_);
  EXPECT_EQ(path_of("latest", "/src/fernwatch/deep"), fern_);
  home_.add_session(kFern, "/moved", "Water the fern", 100);  // in the file's own words, not the index's
  EXPECT_EQ(path_of("latest", "/moved"), fern_);
  EXPECT_EQ(path_of("5d0c6"), fern_);
}

TEST_F(ResolveTest, NamesTheCandidatesOfAnAmbiguousBeginning) {
  const std::string error = error_of("5d0c");
  EXPECT_THAT(error, HasSubstr("beginning of 2 sessions"));
  EXPECT_THAT(error, HasSubstr(kFern));
  EXPECT_THAT(error, HasSubstr("(Water the fern)"));
  EXPECT_THAT(error, HasSubstr(kMoss));
}

TEST_F(ResolveTest, RefusesWhatIsTooShortOrUnknown) {
  EXPECT_THAT(error_of("5d0"), HasSubstr("at least 4 characters"));
  EXPECT_THAT(error_of(""), HasSubstr("at least 4 characters"));
  EXPECT_THAT(error_of("deadbeef"), HasSubstr("There is no session \"deadbeef\""));
  EXPECT_THAT(error_of("\x1b]0;title\x07"), testing::Not(HasSubstr("\x1b")));
}

TEST_F(ResolveTest, FindsAnIdThatTheFileNameDoesNotTell) {
  const fs::path renamed = fern_.parent_path() / "99999999-3b7f-4c1a-9e52-7a1f0be4c0de.jsonl";
  fs::rename(fern_, renamed);
  EXPECT_EQ(path_of("5d0c6a1e"), renamed);
}

TEST_F(ResolveTest, LatestIsOfTheInnermostProjectThatContainsTheWorkingDirectory) {
  EXPECT_EQ(path_of("latest", "/src/fernwatch"), fern_);
  EXPECT_EQ(path_of("latest", "/src/fernwatch/tests/"), fern_);
  EXPECT_EQ(path_of("latest", "/src/fernwatcher"), moss_);
  EXPECT_EQ(path_of("latest", "/src"), moss_);
  const auto resolved = resolve_session("latest", "/src/fernwatch");
  EXPECT_THAT(resolved->note.value(), HasSubstr("Latest session of fernwatch: 5d0c6a1e"));
}

TEST_F(ResolveTest, LatestOfAllWhenNoProjectContainsIt) {
  const auto resolved = resolve_session("latest", "/var");
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->path, ivy_);
  EXPECT_THAT(resolved->note.value(), HasSubstr("the latest of all: 77777777"));
}

TEST(Resolve, LatestOfNothing) {
  const Home home;
  const auto resolved = resolve_session("latest", "/");
  ASSERT_FALSE(resolved);
  EXPECT_THAT(resolved.error().message, HasSubstr("There is no session yet"));
}

}  // namespace
}  // namespace panko
