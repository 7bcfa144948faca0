#include "edition/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PrepareShareTest : public testing::Test {
 public:
  PrepareShareTest() {
    std::string name = (fs::temp_directory_path() / "panko-test-XXXXXX").native();
    root_ = fs::canonical(::mkdtemp(name.data()));
  }
  ~PrepareShareTest() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

 protected:
  fs::path write(const std::string& name, const std::string& prompt) const {
    std::ofstream(root_ / name) << R"({"type":"user","uuid":"u","parentUuid":null,"sessionId":"the-session",)"
                                << R"("timestamp":"2026-01-02T03:04:05Z","cwd":"/w","message":{"role":"user",)"
                                << R"("content":")" << prompt << "\"}}\n";
    return root_ / name;
  }
  fs::path root_;
};

TEST_F(PrepareShareTest, KnowsTheSessionAndWhereItEnds) {
  const auto file = write("a.jsonl", "Mend the parser");
  const auto session = prepare_share(file);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(session->path, file);
  EXPECT_EQ(session->title, "Mend the parser");
  EXPECT_EQ(session->id, session->snapshot.session_id);
  EXPECT_EQ(session->snapshot.end, fs::file_size(file));
  EXPECT_FALSE(session->snapshot.tail_hash.empty());
}

TEST_F(PrepareShareTest, ALinkIsTheFileThatItLeadsTo) {
  const auto file = write("a.jsonl", "x");
  fs::create_symlink(file, root_ / "link.jsonl");
  EXPECT_EQ(prepare_share(root_ / "link.jsonl")->path, file);
  EXPECT_EQ(prepare_share(root_ / "." / "a.jsonl")->path, file);
}

TEST_F(PrepareShareTest, ATitleIsOneLine) {
  const auto session = prepare_share(write("a.jsonl", "one\\ntwo\\t three"));
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_THAT(session->title, testing::Not(testing::AnyOf(HasSubstr("\n"), HasSubstr("\t"))));
  EXPECT_THAT(session->title, testing::StartsWith("one"));
}

TEST_F(PrepareShareTest, WhatCannotBeSharedIsSaidInASentence) {
  EXPECT_THAT(prepare_share(root_ / "none.jsonl").error().message, HasSubstr("none.jsonl"));
  EXPECT_THAT(prepare_share(root_).error().message, HasSubstr("directory"));
  std::ofstream(root_ / "text") << "no session";
  EXPECT_THAT(prepare_share(root_ / "text").error().message, HasSubstr("text"));
}

}  // namespace
}  // namespace panko
