#include "cli/finding_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.hpp"

namespace panko::cli {
namespace {

using protocol::FindingInfo;
using protocol::ScanInfo;
using testing::HasSubstr;

FindingInfo finding(const std::string& name, std::string hash, std::uint64_t turn = 1) {
  return {.marker = "[redacted: " + name + "]",
          .kind = name.substr(0, name.find(' ')),
          .rule = "r",
          .sample = "tok_… (40 characters)",
          .hash = std::move(hash),
          .turn = turn,
          .where = "tool",
          .context = "export TOKEN=[redacted: " + name + "]"};
}

ScanInfo scan() {
  ScanInfo info;
  info.findings = {finding("jwt #1", "aaaaaaaa1111", 0), finding("github-token #1", "aaaaaaaa2222", 3),
                   finding("github-token #2", "bbbbbbbb3333", 3), finding("github-token #1", "aaaaaaaa2222", 4),
                   finding("email #1", "cccccccc4444", 3)};
  info.findings[2].allowed = true;
  info.findings[3].count = 2;
  info.findings[4].personal = true;
  info.secrets = 2;
  info.personal = 1;
  return info;
}

TEST(FindingWords, NameAndPlace) {
  FindingInfo one = finding("github-token #3", "x");
  EXPECT_EQ(name_of(one), "github-token #3");
  EXPECT_EQ(place_of(one), "in a tool call");
  one.marker = "~";
  one.kind = "home-user";
  one.where = "";
  EXPECT_EQ(name_of(one), "home-user");
  EXPECT_EQ(place_of(one), "in a record");
}

TEST(FindingWords, CountsAreOfDifferentValues) {
  EXPECT_EQ(kinds_line(scan(), false), "1 github-token, 1 jwt")
      << "what is fine does not count, nor does a second place";
  EXPECT_EQ(kinds_line(scan(), true), "1 email");
  EXPECT_EQ(different_values(scan()).size(), 4U);
}

TEST(FindingWords, AListByTurn) {
  EXPECT_EQ(findings_text(scan(), 80), R"(Before the first prompt
  jwt #1  tok_… (40 characters)  in a tool call  
    export TOKEN=[redacted: jwt #1]

Prompt 3
  github-token #1  tok_… (40 characters)  in a tool call                   
    export TOKEN=[redacted: github-token #1]
  github-token #2  tok_… (40 characters)  not masked: you said it is fine  
    export TOKEN=[redacted: github-token #2]

Prompt 4
  github-token #1  tok_… (40 characters)  in a tool call  2 times
    export TOKEN=[redacted: github-token #1]

Personal data
  email #1  tok_… (40 characters)  in a tool call  

)");
}

TEST(FindingWords, ALineForAProgram) {
  ScanInfo info;
  info.findings = {finding("jwt #1", "aaaaaaaa1111", 0)};
  info.findings[0].anchor = "a1";
  info.findings[0].context = "a\tb\x1b[31m";
  EXPECT_EQ(findings_lines(info),
            "0\tsecret\tmasked\tjwt #1\ttok_… (40 characters)\ttool\t1\ta1\tr\taaaaaaaa1111\ta b␛[31m\n");
}

TEST(FindingWords, AValueIsNamedInThreeWays) {
  EXPECT_EQ(hash_of(scan(), "github-token #1"), "aaaaaaaa2222");
  EXPECT_EQ(hash_of(scan(), "[redacted: github-token #1]"), "aaaaaaaa2222");
  EXPECT_EQ(hash_of(scan(), "bbbbbbbb3333"), "bbbbbbbb3333");
  EXPECT_EQ(hash_of(scan(), "bbbbbbbb"), "bbbbbbbb3333");
  EXPECT_THROW((void)hash_of(scan(), "bbbbbbb"), Failure) << "too short to be meant";
  EXPECT_THROW((void)hash_of(scan(), "aaaaaaaa"), Failure) << "two of them";
  EXPECT_THROW((void)hash_of(scan(), ""), Failure);
  EXPECT_THROW((void)hash_of(scan(), "github-token"), Failure);
}

}  // namespace
}  // namespace panko::cli
