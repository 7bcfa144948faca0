#include "agents/gemini.hpp"

#include <gtest/gtest.h>

#include <set>

#include "agents/transcript.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

const std::string kHeader = R"({"sessionId":"s","projectHash":"h","startTime":"2026-01-01T00:00:00Z")";

std::vector<std::string> texts_of(const std::string& bytes) {
  const Source source = Source::from_bytes(bytes).value();
  std::vector<std::string> texts;
  for (const OutlineBlock& block : read_gemini(source, "x.jsonl", {}).value().blocks)
    texts.push_back(load_gemini(source, block, "x.jsonl").value().text);
  return texts;
}
using Texts = std::vector<std::string>;

std::string said(std::string_view id, std::string_view text) {
  return R"({"id":")" + std::string(id) + R"(","timestamp":"2026-01-01T00:00:01Z","type":"user","content":")" +
         std::string(text) + "\"}";
}

TEST(Gemini, RecognisesDocumentsAndLogs) {
  for (const std::string& head :
       {kHeader + "}\n", kHeader + R"(,"messages":[]})", kHeader + ",\"messages\":[" + said("a", "x") + "]}",
        "{\n" + kHeader.substr(1) + ",\n\"messages\": [\n" + said("a", "x") + ",\n" + said("b", "y").substr(0, 20),
        kHeader + R"(,"messages":[]})" + "\n" + said("a", "x") + "\n",
        std::string(R"({"history":[{"role":"user","parts":[{"text":"x"}]}]})")})
    EXPECT_TRUE(recognises_gemini(head)) << head;
}

TEST(Gemini, RefusesWhatIsNot) {
  for (const std::string& head :
       {std::string(), std::string("{}"), std::string("[]"), said("a", "x"), "{\n" + said("a", "x").substr(1),
        std::string(R"({"sessionId":"s","messages":[]})"), kHeader + R"(,"messages":[{"role":"user","content":"x"}]})",
        kHeader + R"(,"messages":{}})", std::string(R"({"history":[]})"), std::string(R"({"history":[{"id":1}]})"),
        std::string(R"({"uuid":"a","sessionId":"s","projectHash":"h","startTime":"x","type":"user"})"),
        std::string("{\n\"name\": \"package\",\n\"messages\": [\"x\"]\n}")})
    EXPECT_FALSE(recognises_gemini(head)) << head;
}

TEST(Gemini, TheLaterOfAnIdCounts) {
  const std::string log = kHeader + "}\n" + said("a", "one") + "\n" + said("b", "two") + "\n";
  EXPECT_EQ(texts_of(log + said("a", "ONE") + "\n"), (Texts{"ONE", "two"}));
  EXPECT_EQ(texts_of(log + R"({"$rewindTo":"b"})" + "\n" + said("c", "three") + "\n"), (Texts{"one", "three"}));
  EXPECT_EQ(texts_of(log + R"({"$rewindTo":"unknown"})" + "\n"), Texts{});
  const Source source = Source::from_bytes(log + R"({"$rewindTo":"b"})" + "\n").value();
  EXPECT_EQ(read_gemini(source, "x", {})->branches.size(), 1u) << "what was taken back was said all the same";
}

TEST(Gemini, MessagesOfAPatchAreNotDoubledAndNotLost) {
  const std::string log = kHeader + "}\n" + said("a", "yes") + "\n";
  const auto patch = [](const std::string& messages) { return R"({"$set":{"messages":[)" + messages + "]}}\n"; };
  EXPECT_EQ(texts_of(log + patch(said("a", "yes"))), Texts{"yes"});
  EXPECT_EQ(texts_of(log + patch(said("other", "yes"))), Texts{"yes"});
  EXPECT_EQ(texts_of(log + patch(said("other", "yes") + "," + said("new", "yes"))), (Texts{"yes", "yes"}));
  EXPECT_EQ(texts_of(log + patch(said("new", "no"))), (Texts{"yes", "no"})) << "what is missing was said";
  EXPECT_EQ(texts_of(log + patch(said("a", "YES"))), Texts{"YES"});
}

TEST(Gemini, ADocumentIsTheSameOnOneLineAndOnMany) {
  const std::string line = kHeader + ",\"messages\":[" + said("a", "one") + "," + said("b", "two") + "]}";
  std::string lines;
  for (const char c : line) lines += c == ',' ? ",\n" : std::string(1, c);
  lines.insert(1, "\n");
  EXPECT_EQ(texts_of(line), (Texts{"one", "two"}));
  EXPECT_EQ(texts_of(lines), (Texts{"one", "two"}));
  EXPECT_EQ(texts_of(lines.substr(0, lines.size() - 20)), Texts{"one"}) << "cut off while it is written";
}

TEST(Gemini, WhatStandsAroundTheMessagesIsNone) {
  EXPECT_EQ(texts_of(R"({"sessionId":"s","projectHash":"h",
    "type":"user","content":"x"})"),
            Texts{});
  EXPECT_EQ(texts_of(kHeader + "}\n" + R"({"$set":{"type":"user","content":"x"}})" + "\n" + said("a", "one") + "\n"),
            Texts{"one"});
}

TEST(Gemini, ASnapshotOfADocumentEndsWhereItWasTaken) {
  const test::TempDir dir;
  const auto document = [](const std::string& messages) {
    return "{\n" + kHeader.substr(1) + ",\n\"messages\":[\n" + messages + "\n]\n}";
  };
  const fs::path path = dir.write("s.json", document(said("a", "one")));
  auto snapshot = take_snapshot(path).value();
  snapshot.taken_at = from_iso8601("2026-06-01T00:00:00Z").value();
  EXPECT_EQ(Transcript::open(path, snapshot)->outline().blocks.size(), 1u);
  const std::string later = R"({"id":"b","timestamp":"2026-07-01T00:00:00Z","type":"user","content":"later"})";
  dir.write("s.json", document(said("a", "one") + ",\n" + later));
  EXPECT_EQ(Transcript::open(path, snapshot)->outline().blocks.size(), 1u);
  EXPECT_EQ(Transcript::open(path)->outline().blocks.size(), 2u);
}

TEST(Gemini, ToolsInCommonTerms) {
  const auto transcript = Transcript::open(test::project_file("tests/golden/gemini/conversation.jsonl")).value();
  std::vector<ToolAction> actions;
  for (const OutlineBlock& block : transcript.outline().blocks)
    if (block.kind == BlockKind::tool) actions.push_back(transcript.load(transcript.source(), block)->tool->action);
  ASSERT_EQ(actions.size(), 6u);
  EXPECT_EQ(std::get<ShellCall>(actions[0]).exit_code, 2);
  const auto& edit = std::get<EditCall>(actions[1]).files.at(0);
  EXPECT_EQ(edit.hunks.at(0).old_start, 3u);
  ASSERT_EQ(edit.hunks[0].lines.size(), 2u);
  EXPECT_EQ(edit.hunks[0].lines[1].text, "int boil = 1;");
  EXPECT_EQ(std::get<ReadCall>(actions[2]).text, "int boil = 1;\n");
  EXPECT_EQ(std::get<SearchCall>(actions[3]).where, ".");
  EXPECT_EQ(std::get<WebCall>(actions[4]).query, "kettle");
  EXPECT_EQ(std::get<TodoCall>(actions[5]).todos.at(1).state, Todo::State::active);
}

TEST(Gemini, FindsChatsAndTheirProject) {
  const test::TempDir home;
  ::setenv("HOME", home.path().c_str(), 1);
  const auto document = home.write(".gemini/tmp/kettle/chats/session-1.json", kHeader + R"(,"messages":[]})");
  const auto log = home.write(".gemini/tmp/kettle/chats/session-2.jsonl", kHeader + "}\n");
  home.write(".gemini/tmp/kettle/logs.json", "[]");
  home.write(".gemini/tmp/kettle/.project_root", "/home/dev/kettle\n");
  const auto found = kGemini.find_sessions();
  EXPECT_EQ(std::set<fs::path>(found.begin(), found.end()), (std::set<fs::path>{document, log}));
  EXPECT_EQ(peek_session(log)->summary.cwd, "/home/dev/kettle");
  EXPECT_EQ(peek_session(document)->summary.id, "s");
}

}  // namespace
}  // namespace panko
