// Every session of the corpus, when there is one: it can be masked, and the copy is read by the same agent as a session
// of the same blocks under the same names. PANKO_CORPUS names the folder.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "agents/transcript.hpp"
#include "edition/masked_session.hpp"
#include "edition/rows.hpp"
#include "tests/support/project_files.hpp"

namespace panko::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of(const Transcript& transcript) {
  std::vector<std::string> names;
  const Rows rows(transcript.outline());
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const OutlineBlock& block = *rows.at(row).block;
    names.push_back(std::string(name_of(block.kind)) + ' ' + std::to_string(block.anchor_key));
  }
  return names;
}

TEST(MaskedCorpus, EverySessionIsMaskedAndReadAgain) {
  if (!fs::exists(test::corpus())) GTEST_SKIP() << "no corpus at " << test::corpus();
  int sessions = 0;
  for (const auto& entry : fs::recursive_directory_iterator(test::corpus())) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path());
    const auto original = Transcript::open(entry.path());
    if (!original) continue;
    ++sessions;
    MaskedSession session(entry.path(), std::nullopt, {}, RedactionSettings());
    const auto masked = session.next();
    ASSERT_TRUE(masked) << masked.error().message;
    EXPECT_EQ(&masked->transcript.agent(), &original->agent());
    EXPECT_EQ(masked->transcript.facts().id, original->facts().id);
    EXPECT_EQ(masked->transcript.facts().unreadable_lines, original->facts().unreadable_lines);
    EXPECT_EQ(names_of(masked->transcript), names_of(*original));
    EXPECT_TRUE(session.findings());
    const Rows rows(masked->transcript.outline());
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      const Subagent* subagent = rows.group_of(row).subagent;
      const Source& source = subagent != nullptr && subagent->source ? *subagent->source : masked->transcript.source();
      const auto block = masked->transcript.load(source, *rows.at(row).block);
      EXPECT_TRUE(block) << block.error().message;
    }
  }
  EXPECT_GT(sessions, 0);
}

}  // namespace
}  // namespace panko::test
