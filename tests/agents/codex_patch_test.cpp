#include "agents/codex_patch.hpp"

#include <gtest/gtest.h>

#include "agents/codex_inner_json.hpp"

namespace panko {
namespace {

/// A change in one line: "update a>b @3,5 =x -y +z".
std::string shown(const std::vector<FileChange>& files) {
  std::string text;
  for (const FileChange& file : files) {
    if (!text.empty()) text += " | ";
    text += file.kind == FileChange::Kind::add ? "add " : file.kind == FileChange::Kind::remove ? "remove " : "update ";
    text += file.path + (file.moved_to.empty() ? "" : ">" + file.moved_to);
    for (const DiffHunk& hunk : file.hunks) {
      text += " @" + std::to_string(hunk.old_start) + "," + std::to_string(hunk.new_start);
      for (const DiffLine& line : hunk.lines)
        text += (line.kind == DiffLine::Kind::same   ? " ="
                 : line.kind == DiffLine::Kind::gone ? " -"
                                                     : " +") +
                line.text;
    }
  }
  return text;
}

TEST(CodexPatch, ReadsItsOwnFormat) {
  EXPECT_EQ(
      shown(parse_codex_patch("*** Begin Patch\n*** Update File: src/a.c\n*** Move to: src/b.c\n@@ int main\n one\n"
                              "-two\n+2\n\n@@\n-last\n*** End of File\n*** Add File: new.txt\n+x\n+y\n"
                              "*** Delete File: old.c\n*** End Patch\n")),
      "update src/a.c>src/b.c @0,0 =one -two +2 = @0,0 -last | add new.txt @0,1 +x +y | remove old.c");
  EXPECT_EQ(shown(parse_codex_patch("*** Begin Patch\r\n*** Update File: a\r\n@@\r\n-x\r\n*** End Patch")),
            "update a @0,0 -x");
  // Cut off, without a hunk's mark, no patch.
  EXPECT_EQ(shown(parse_codex_patch("*** Begin Patch\n*** Update File: a\n-x")), "update a @0,0 -x");
  EXPECT_EQ(shown(parse_codex_patch("*** Update File: a\n-x")), "");
  EXPECT_EQ(shown(parse_codex_patch("")), "");
  EXPECT_EQ(shown(parse_codex_patch("*** Begin Patch\nstray\n*** End Patch\n*** Add File: a")), "");
}

TEST(CodexPatch, OfACommandThatDoesNothingElse) {
  const auto patch = [](std::string_view command) { return std::string(patch_of_command(command).value_or("none")); };
  EXPECT_EQ(patch("apply_patch <<'EOF'\nx\nEOF\n"), "x\n");
  EXPECT_EQ(patch("apply_patch << \"PATCH\"\nx\nPATCH"), "x\n");
  EXPECT_EQ(patch("cd /x && apply_patch <<EOF\nx\nEOF"), "x\n");
  EXPECT_EQ(patch("apply_patch <<EOF\nx\nEOF\nmake"), "none");
  EXPECT_EQ(patch("make && apply_patch <<EOF\nx\nEOF"), "none");
  EXPECT_EQ(patch("cd /x\napply_patch <<EOF\nx\nEOF"), "none");
  EXPECT_EQ(patch("apply_patch <<EOF && make\nx\nEOF"), "none");
  EXPECT_EQ(patch("apply_patch <<EOF\nx\n"), "none");
  EXPECT_EQ(patch("apply_patch"), "none");
  EXPECT_EQ(patch(""), "none");
}

TEST(CodexPatch, ReadsUnifiedDiffs) {
  const InnerJson changes(
      R"({"a.c":{"type":"update","unified_diff":"@@ -7,3 +9,2 @@ main\n x\n-y\n\\ No newline\n","move_path":"b.c"},)"
      R"("n":{"type":"add","content":"1\n2\n"},"o":{"type":"delete","content":"gone"},)"
      R"("e":{"type":"add","content":""},"t":{"type":"update","unified_diff":"[cut]"}})");
  EXPECT_EQ(shown(changes_of_patch_end(changes.root())),
            "update a.c>b.c @7,9 =x -y | add n @0,1 +1 +2 | remove o @1,0 -gone | add e | update t");
  EXPECT_TRUE(changes_of_patch_end(InnerJson("").root()).empty());
}

}  // namespace
}  // namespace panko
