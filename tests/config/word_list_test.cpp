#include "config/word_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

class WordListTest : public testing::Test {
 public:
  ~WordListTest() override { fs::remove_all(directory_); }

 private:
  static fs::path make_directory() {
    std::string name = (fs::temp_directory_path() / "panko-words-XXXXXX").native();
    return ::mkdtemp(name.data());
  }

 protected:
  fs::path directory_ = make_directory();
  fs::path file_ = directory_ / "panko" / "redact-words";
};

TEST_F(WordListTest, WhatIsWrittenIsReadAgainAndNobodyElsesBusiness) {
  EXPECT_EQ(read_word_list(file_), std::vector<std::string>{}) << "a missing file has none";
  const std::vector<std::string> words{"Umbrella Corp", "Grüße", "acme"};
  ASSERT_TRUE(write_word_list(file_, words));
  EXPECT_EQ(read_word_list(file_), words);
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_TRUE(write_word_list(file_, {}));
  EXPECT_EQ(read_word_list(file_), std::vector<std::string>{});
}

TEST_F(WordListTest, AHandMadeFileIsReadAsFarAsItHoldsWords) {
  fs::create_directory(file_.parent_path());
  std::ofstream(file_) << "  acme \r\n\nab\nacme\nUmbrella   Corp\n\xff\xff\xff\n" << std::string(300, 'x') << "\nlast";
  EXPECT_EQ(read_word_list(file_), (std::vector<std::string>{"acme", "Umbrella Corp", "last"}));
}

TEST_F(WordListTest, AFileThatCannotBeReadIsAnError) {
  fs::create_directories(file_);
  const auto words = read_word_list(file_);
  ASSERT_FALSE(words);
  EXPECT_THAT(words.error().message, testing::HasSubstr(file_.native()));
}

TEST(Words, AreRefusedWithASentenceThatDoesNotNameThem) {
  for (const std::string& word : {std::string("abc"), std::string("äöü"), std::string("a b"), std::string(200, 'x')})
    EXPECT_TRUE(check_word(word)) << word;
  for (const std::string& word :
       {std::string(), std::string("zq"), std::string("öü"), std::string(" zqx"), std::string("zq\nx"),
        std::string("zq\x1bx"), std::string("zq\xffx"), std::string(201, 'z')}) {
    const auto checked = check_word(word);
    ASSERT_FALSE(checked) << word;
    EXPECT_FALSE(checked.error().message.contains("zq")) << checked.error().message;
  }
}

}  // namespace
}  // namespace panko
