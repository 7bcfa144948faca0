// Hits in whole sessions: what is searched, where a hit is said to be, in which order, and that it ends when told.
#include "catalog/search.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "tests/catalog/home.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing_support::Home;

constexpr const char* kFirst = "11111111-1111-4111-8111-111111111111";
constexpr const char* kSecond = "22222222-2222-4222-8222-222222222222";
constexpr const char* kThird = "33333333-3333-4333-8333-333333333333";

std::vector<SearchHit> search(std::string_view query, const SessionFilter& filter = {}) {
  std::vector<SearchHit> hits;
  const auto problems = search_sessions(TextPattern::of(query).value(), filter, [&](const SearchHit& hit) {
    hits.push_back(hit);
    return true;
  });
  EXPECT_TRUE(problems.empty());
  return hits;
}

std::vector<std::string> lines(std::string_view query) {
  std::vector<std::string> found;
  for (const SearchHit& hit : search(query)) found.push_back(hit.line);
  return found;
}

using Lines = std::vector<std::string>;

std::string record(std::string_view type, std::string_view uuid, std::string_view content, std::string_view more = "") {
  return fmt::format(
      R"({{"parentUuid":null,"isSidechain":false,"sessionId":"{}","type":"{}","uuid":"{}","timestamp":"2026-10-16T09:12:05Z",)"
      R"("message":{{"id":"msg-{}","content":{}}}{}}})"
      "\n",
      kFirst, type, uuid, uuid, content, more);
}

void append(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::app) << bytes;
}

TEST(Search, NewestSessionsFirstEachInReadingOrder) {
  const Home home;
  home.add_session(kFirst, "/src/a", "Water the fern\\nand a second FERN line\\nand moss", 300);
  home.add_session(kSecond, "/src/b", "A fern again, a fern", 10);
  home.add_session(kThird, "/src/c", "Nothing here", 60);
  const auto hits = search("fern");
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[0].session->digest.facts.id, kSecond);
  EXPECT_EQ(hits[0].session->digest.facts.title, "A fern again, a fern");
  EXPECT_EQ(hits[0].session->project, "b");
  EXPECT_EQ(hits[0].anchor, "aaaaaaaa-0000-4000-8000-000000000001");
  EXPECT_EQ(hits[0].kind, BlockKind::user);
  ASSERT_TRUE(hits[0].time);
  EXPECT_EQ(to_iso8601(*hits[0].time), "2026-10-16T09:12:04.210Z");
  EXPECT_EQ(hits[0].line, "A fern again, a fern");
  EXPECT_EQ(hits[0].marks, (std::vector<MatchRange>{{2, 4}, {16, 4}}));
  EXPECT_EQ(hits[1].line, "Water the fern");
  EXPECT_EQ(hits[2].line, "and a second FERN line");
  EXPECT_EQ(hits[2].session.get(), hits[1].session.get());
}

TEST(Search, SearchesWhatAPersonSeesAndNothingElse) {
  const Home home;
  const fs::path path = home.add_session(kFirst, "/src/a", "Go", 0);
  append(path,
         record("assistant", "a1", R"([{"type":"thinking","thinking":"I ponder mossy","signature":"sigmossy"}])"));
  append(path, record("assistant", "a2", R"([{"type":"text","text":"An answer mossy"}])"));
  append(
      path,
      record(
          "assistant", "a3",
          R"([{"type":"tool_use","id":"mossyid","name":"Bash","input":{"mossykey":[1,{"b":"echo \"mossy\"\ndone"}]}}])"));
  append(path,
         record("user", "u3",
                R"([{"type":"tool_result","tool_use_id":"mossyid","content":[{"type":"text","text":"out mossy"}]}])",
                R"(,"toolUseResult":{"stdout":"unseen mossy"})"));
  append(path, record("user", "u4", R"("<bash-input>ls mossy</bash-input>")"));
  append(path, record("user", "u5", R"("<bash-stdout>\u001b[1mmossy\u001b[0m listed</bash-stdout>")"));
  append(path, record("system", "mossy-uuid", R"("x")", R"(,"mossy":"mossy")"));
  append(path, R"({"type":"progress","uuid":"p1","data":{"output":"mossy"}})"
               "\n");
  const auto hits = search("mossy");
  std::vector<std::string> found;
  for (const SearchHit& hit : hits)
    found.push_back(hit.anchor + " " + std::string(name_of(hit.kind)) + ": " + hit.line);
  EXPECT_EQ(found, (Lines{"a1 thinking: I ponder mossy", "a2 assistant: An answer mossy", "a3 tool: echo \"mossy\"",
                          "a3 tool: out mossy", "u4 command: ! ls mossy", "u5 command: mossy listed"}));
}

TEST(Search, FindsWhatTheFileEscapes) {
  const Home home;
  home.add_session(
      kFirst, "/src/a",
      R"(say \"hi\" to C:\\temp\\new \u00c9t\u00e9 \ud83d\ude00 a\/b \u003cb\u003e \\n na\u00efve 日本語 tab\there)",
      0);
  const std::string line = "say \"hi\" to C:\\temp\\new Été 😀 a/b <b> \\n naïve 日本語 tab\there";
  for (const char* query : {"\"hi\"", "C:\\temp\\new", "\\", "été 😀", "Été", "😀", "a/b", "<b>", "\\n", "NAÏVE",
                            "naïve", "日本語", "本", "tab\there", "\"", "say \"HI"}) {
    const bool has_upper_case = std::string_view(query) == "NAÏVE" || std::string_view(query) == "say \"HI";
    EXPECT_EQ(lines(query), has_upper_case ? Lines{} : Lines{line}) << query;
  }
}

TEST(Search, SubAgentsAndSpilledResultsBelongToTheirSession) {
  const Home home;
  const fs::path path = home.add_session(kFirst, "/src/a", "Begin", 0);
  const fs::path folder = path.parent_path() / kFirst;
  append(path, record("assistant", "a1",
                      R"([{"type":"tool_use","id":"t1","name":"Task","input":{"prompt":"Look around"}}])"));
  append(path, record("user", "u1", R"([{"type":"tool_result","tool_use_id":"t1","content":"Done"}])",
                      R"(,"toolUseResult":{"agentId":"abc"})"));
  append(path, record("assistant", "a2", R"([{"type":"tool_use","id":"t2","name":"Bash","input":{"command":"cat"}}])"));
  append(path,
         record("user", "u2", R"([{"type":"tool_result","tool_use_id":"t2","content":"<persisted-output>\nPreview"}])",
                R"(,"toolUseResult":{"persistedOutputPath":"/x/tool-results/big.txt"})"));
  append(path, record("assistant", "a3", R"([{"type":"text","text":"The heron left"}])"));
  append(folder / "subagents/agent-abc.jsonl",
         record("user", "s1", R"("Look around")", R"(,"isSidechain":true,"agentId":"abc")") +
             record("assistant", "s2", R"([{"type":"text","text":"A heron stands there"}])",
                    R"(,"isSidechain":true,"agentId":"abc")"));
  append(folder / "subagents/agent-abc.meta.json", R"({"description":"heron"})");
  append(folder / "tool-results/big.txt", "first\nheron of the file\nlast\n");
  append(folder / "tool-results/other.txt", "heron that nothing names\n");
  // As an older version laid it, beside the session.
  append(path,
         record("assistant", "a4", R"([{"type":"tool_use","id":"t4","name":"Task","input":{"prompt":"Once more"}}])"));
  append(path, record("user", "u4", R"([{"type":"tool_result","tool_use_id":"t4","content":"Done"}])",
                      R"(,"toolUseResult":{"agentId":"def"})"));
  append(path.parent_path() / "agent-def.jsonl",
         record("user", "s3", R"("Once more, the heron")", R"(,"isSidechain":true,"agentId":"def")"));
  home.add_session(kSecond, "/src/a", "Another session of the folder", 0);
  const auto hits = search("heron");
  ASSERT_EQ(hits.size(), 4u);
  EXPECT_EQ(hits[0].line, "A heron stands there");
  EXPECT_EQ(hits[0].anchor, "s2");
  EXPECT_EQ(hits[1].line, "heron of the file");
  EXPECT_EQ(hits[1].anchor, "a2");
  EXPECT_EQ(hits[2].line, "The heron left");
  EXPECT_EQ(hits[3].anchor, "s3");
  for (const SearchHit& hit : hits) EXPECT_EQ(hit.session->digest.facts.id, kFirst);
}

TEST(Search, LongLinesAreCutAroundTheMatch) {
  const Home home;
  std::string filler;
  for (int i = 0; i < 2000; ++i) filler += "é ";
  home.add_session(kFirst, "/src/a", filler + "here it is" + filler, 0);
  const auto hits = search("here");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_LT(hits[0].line.size(), 700u);
  EXPECT_TRUE(is_valid_utf8(hits[0].line));
  EXPECT_TRUE(hits[0].line.starts_with("…") && hits[0].line.ends_with("…"));
  ASSERT_EQ(hits[0].marks.size(), 1u);
  EXPECT_EQ(hits[0].line.substr(hits[0].marks[0].offset, hits[0].marks[0].length), "here");
}

TEST(Search, MatchesAcrossTheChunksOfAFile) {
  const Home home;
  const fs::path path = home.add_session(kFirst, "/src/a", "Begin", 0);
  // Lines whose lengths walk over every place of a chunk's edge.
  for (std::size_t i = 0; i < 300; ++i)
    append(path, record("user", "r" + std::to_string(i),
                        "\"" + std::string(256 * 1024 / 100 + i % 7, 'x') + " needlework " + std::to_string(i) + "\""));
  const auto hits = search("needlework");
  ASSERT_EQ(hits.size(), 300u);
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_EQ(hits[i].anchor, "r" + std::to_string(i));
}

TEST(Search, FiltersChooseSessions) {
  const Home home;
  home.add_session(kFirst, "/src/garden", "fern", 300);
  home.add_session(kSecond, "/src/kitchen", "fern", 10);
  SessionFilter filter;
  filter.project = "GARD";
  ASSERT_EQ(search("fern", filter).size(), 1u);
  EXPECT_EQ(search("fern", filter)[0].session->project, "garden");
  filter = {};
  filter.changed_since = WallTime(std::chrono::seconds(1'790'000'000 - 100));
  ASSERT_EQ(search("fern", filter).size(), 1u);
  EXPECT_EQ(search("fern", filter)[0].session->project, "kitchen");
}

TEST(Search, EndsWhenToldTo) {
  const Home home;
  std::string many = "hit";
  for (int i = 0; i < 5000; ++i) many += "\\nhit";  // more than may wait
  for (const char* id : {kFirst, kSecond, kThird}) home.add_session(id, "/src/a", many, 0);
  std::size_t seen = 0;
  const auto problems =
      search_sessions(TextPattern::of("hit").value(), {}, [&](const SearchHit&) { return ++seen < 3; });
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(seen, 3u);
  EXPECT_EQ(search("hit").size(), 3u * 5001);
}

TEST(Search, WhatIsNoSessionHasNoHitsAndWhatCannotBeReadIsSaid) {
  const Home home;
  append(home.path_of(kFirst), "fern is not JSON\n");
  EXPECT_TRUE(search("fern").empty());
  home.add_session(kSecond, "/src/a", "fern", 0);
  fs::permissions(home.path_of(kFirst), fs::perms::none);
  std::size_t hits = 0;
  const auto problems =
      search_sessions(TextPattern::of("fern").value(), {}, [&](const SearchHit&) { return ++hits > 0; });
  EXPECT_EQ(hits, 1u);
  if (::geteuid() != 0) {
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_TRUE(problems[0].contains(kFirst)) << problems[0];
  }
}

struct Seen {
  std::string anchor;
  std::string text;
};

void see_all(const Transcript& transcript, const Outline& outline, const Source& source,
             const std::vector<OutlineBlock>& blocks, std::vector<Seen>& seen) {
  for (const OutlineBlock& entry : blocks) {
    const Block block = transcript.load(source, entry).value();
    if (block.kind != BlockKind::notice) seen.push_back({block.anchor, block.text});  // else it may be panko's words
    if (block.tool) seen.push_back({block.anchor, block.tool->result});
    if (entry.subagent == OutlineBlock::kNoSubagent) continue;
    const Subagent& subagent = outline.subagents.at(entry.subagent);
    see_all(transcript, subagent.outline, subagent.source ? *subagent.source : source, subagent.outline.blocks, seen);
  }
}

/// Any piece of any text that is seen is found there: the filter before decoding loses nothing.
TEST(Search, EveryPieceOfEverySessionIsFound) {
  const fs::path corpus = test::corpus();
  std::mt19937 random(1);
  const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  int pieces = 0;
  for (const fs::path& folder : {test::project_file("tests/golden"), corpus}) {
    std::error_code error;
    for (fs::recursive_directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
      const std::string name = file->path().filename();
      if (!name.contains(".jsonl") || name.starts_with("agent-")) continue;
      const auto transcript = Transcript::open(file->path());
      if (!transcript) continue;
      std::vector<Seen> seen;
      see_all(*transcript, transcript->outline(), transcript->source(), transcript->outline().blocks, seen);
      for (const Branch& branch : transcript->outline().branches)
        see_all(*transcript, transcript->outline(), transcript->source(), branch.blocks, seen);
      std::erase_if(seen, [](const Seen& one) { return one.text.empty(); });
      for (int i = 0; i < 6 && !seen.empty(); ++i) {
        const auto& [anchor, text] = seen[below(seen.size())];
        // Within a word: between words something may have been left out, or set in by panko.
        constexpr std::string_view kBetween = " \n\t\r:[](),";
        std::size_t from = below(text.size());
        while (from > 0 && !kBetween.contains(text[from - 1])) --from;
        const std::size_t length = std::min(text.find_first_of(kBetween, from), text.size()) - from;
        const std::string piece(truncate_utf8(std::string_view(text).substr(from, length), 2 + below(20)));
        if (piece.empty()) continue;
        ++pieces;
        std::set<std::string> anchors;
        SessionFile one;
        one.path = file->path();
        one.agent = &transcript->agent();
        const TextPattern pattern = TextPattern::of(piece).value();
        ASSERT_TRUE(SessionSearch(pattern).run(one, {}, {}, [&](const SearchHit& hit) {
          anchors.insert(hit.anchor);
          return true;
        }));
        EXPECT_TRUE(anchors.contains(anchor)) << file->path() << " at " << anchor << ": " << piece;
      }
    }
  }
  EXPECT_GT(pieces, 10);
}

TEST(Search, FindsInDocumentsOfOneLine) {
  const Home home;
  const auto path = home.directory() / ".gemini/tmp/kettle/chats/session-1.json";
  fs::create_directories(path.parent_path());
  std::ofstream(path)
      << R"({"sessionId":"s","projectHash":"h","startTime":"2026-01-01T00:00:00Z","messages":[)"
         R"({"id":"g-1","timestamp":"2026-01-01T00:00:01Z","type":"user","content":"a whistling kettle"},)"
         R"({"id":"g-2","timestamp":"2026-01-01T00:00:02Z","type":"gemini","content":"It whistles: whistling."},)"
         R"({"id":"g-3","timestamp":"2026-01-01T00:00:03Z","type":"user","content":"Stop whistling"}]})";
  std::vector<std::string> anchors;
  for (const SearchHit& hit : search("whistling")) anchors.push_back(hit.anchor);
  EXPECT_EQ(anchors, (std::vector<std::string>{"g-1", "g-2", "g-3"}));
}

TEST(Search, WhatCannotBeReadHasNoHits) {
  const Home home;
  const auto path = home.directory() / ".local/share/amp/threads/T-1.json";
  fs::create_directories(path.parent_path());
  std::ofstream(path) << R"({"v":1,"id":"T-1","created":1,"title":"kettle","messages":[]})";
  EXPECT_TRUE(search("kettle").empty());
}

}  // namespace
}  // namespace panko
