#include "render/code_language.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(CodeLanguage, FencesAndFiles) {
  EXPECT_EQ(language_of_fence("C++").text(), "language-cpp");
  EXPECT_EQ(language_of_fence("js {highlight: [1]}").text(), "language-javascript");
  EXPECT_EQ(language_of_fence("rust,ignore").text(), "language-rust");
  EXPECT_EQ(language_of_file("/a/b.test.tsx").text(), "language-typescript");
  EXPECT_EQ(language_of_file("C:\\x\\Makefile").text(), "language-makefile");
  EXPECT_EQ(language_of_file("src/CMakeLists.txt").text(), "language-cmake");
}

TEST(CodeLanguage, AnythingElseIsNone) {
  for (const char* name : {"", "klingon", "js\" onload=\"x", "../cpp/", "\xff"}) {
    EXPECT_EQ(language_of_fence(name).text(), "") << name;
  }
  for (const char* path : {"", "/", "README", ".py", "a.", "a.py/"})
    EXPECT_NE(language_of_file(path).text(), "language-python") << path;
  EXPECT_EQ(language_of_fence(std::string(1 << 20, 'c')).text(), "");
  EXPECT_EQ(language_of_fence("bash" + std::string(100, 'x')).text(), "");
}

}  // namespace
}  // namespace panko
