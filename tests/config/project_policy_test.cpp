#include "config/project_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace panko {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ProjectPolicyTest : public testing::Test {
 public:
  ProjectPolicyTest() { fs::create_directories(project_); }
  ~ProjectPolicyTest() override { fs::remove_all(root_); }

 private:
  static fs::path make_directory() {
    std::string name = (fs::temp_directory_path() / "panko-policy-XXXXXX").native();
    return ::mkdtemp(name.data());
  }

 protected:
  static void say(const fs::path& directory, const std::string& text) {
    std::ofstream(directory / ".panko.toml", std::ios::trunc) << text;
  }
  std::string problem() {
    const auto policy = read_project_policy(project_);
    return policy ? "" : policy.error().message;
  }

  fs::path root_ = make_directory();
  fs::path project_ = root_ / "team" / "project";
};

TEST_F(ProjectPolicyTest, WithoutAFileEverythingIsAllowed) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "/d";
  for (const fs::path& directory : {project_, project_ / "gone" / "since", fs::path(), fs::path("relative"),
                                    fs::path("/" + std::string(5000, 'x') + "/y"), fs::path(deep)}) {
    const auto policy = read_project_policy(directory);
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_TRUE(policy->is_empty());
  }
}

TEST_F(ProjectPolicyTest, EveryKeyIsUnderstood) {
  say(project_, "share = true\nproviders = [\"local\", \"ssh\"]\nmask = [\"Umbrella\"]\nlongest_expiry = \"7d\"\n");
  const auto policy = read_project_policy(project_);
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_TRUE(policy->never.empty());
  EXPECT_THAT(*policy->providers, ElementsAre("local", "ssh"));
  EXPECT_THAT(policy->mask, ElementsAre("Umbrella"));
  EXPECT_EQ(policy->longest_expiry, 168h);
  EXPECT_EQ(policy->longest_expiry_file, project_ / ".panko.toml");
}

TEST_F(ProjectPolicyTest, AllThatAreFoundHoldAndTheStrictestWins) {
  say(project_,
      "share = true\nproviders = [\"local\", \"cloudflare\"]\nmask = [\"Umbrella\"]\nlongest_expiry = \"7d\"\n");
  say(root_,
      "share = false\nproviders = [\"ssh\", \"local\"]\nmask = [\"Umbrella\", \"Initech\"]\nlongest_expiry = \"1d\"\n");
  const auto policy = read_project_policy(project_ / "deeper");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->never, root_ / ".panko.toml");
  EXPECT_THAT(*policy->providers, ElementsAre("local"));
  EXPECT_EQ(policy->providers_file, root_ / ".panko.toml");
  EXPECT_THAT(policy->mask, ElementsAre("Umbrella", "Initech"));
  EXPECT_EQ(policy->longest_expiry, 24h);
  EXPECT_EQ(policy->longest_expiry_file, root_ / ".panko.toml");
  EXPECT_EQ(read_project_policy(project_ / ".." / "elsewhere")->longest_expiry, 24h) << "the parent's alone";
}

TEST_F(ProjectPolicyTest, WhatIsNotUnderstoodLetsNothingBeShared) {
  const std::pair<const char*, const char*> cases[]{
      {"shares = false\n", ", line 1: there is no key \"shares\"; did you mean \"share\"?"},
      {"share = true\nweather = 1\n", ", line 2: there is no key \"weather\"; there are share, providers, mask, "},
      {"share = \"no\"\n", ", line 1: share has to be true or false."},
      {"providers = \"local\"\n", ", line 1: providers has to be a list of names"},
      {"mask = [\"zq\"]\n", ", line 1: mask holds what can be no such word: A word has at least 3 characters"},
      {"longest_expiry = \"never\"\n", ", line 1: longest_expiry has to be a time"},
      {"longest_expiry = \"0s\"\n", ", line 1: longest_expiry has to be a time"},
      {"[share]\nx = 1\n", "share has to be one value."},
      {"share = \n", ", line 1: this is not TOML"},
  };
  for (const auto& [text, sentence] : cases) {
    say(root_ / "team", text);
    EXPECT_THAT(problem(), HasSubstr((root_ / "team" / ".panko.toml").native() + "")) << text;
    EXPECT_THAT(problem(), HasSubstr(sentence)) << text;
    EXPECT_THAT(problem(), testing::EndsWith("Nothing of this project is shared until that is mended.")) << text;
    EXPECT_FALSE(problem().contains("zq"));
  }
  say(root_ / "team", std::string(70'000, '#'));
  EXPECT_THAT(problem(), HasSubstr("longer than 64 KiB"));
}

TEST_F(ProjectPolicyTest, APipeOrADirectoryOfThatNameDoesNotHoldAnybodyUp) {
  ASSERT_EQ(::mkfifo((project_ / ".panko.toml").c_str(), 0600), 0);
  EXPECT_THAT(problem(), HasSubstr(" is no file."));
  fs::remove(project_ / ".panko.toml");
  fs::create_directory(project_ / ".panko.toml");
  EXPECT_THAT(problem(), HasSubstr(" is no file."));
}

TEST_F(ProjectPolicyTest, ItsPathIsForeignTextInASentence) {
  const fs::path odd = project_ / "x\x1b[31my";
  fs::create_directory(odd);
  say(odd, "shares = 1\n");
  const auto policy = read_project_policy(odd);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace panko
