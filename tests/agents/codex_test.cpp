// What the reader says of whole rollouts: places, recognition, identity, titles. The golden tests of edition show
// blocks.
#include "agents/codex.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "agents/transcript.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/zstd.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

constexpr const char* kId = "019f0000-1111-7222-8333-444444444444";

std::string record(std::string_view type, std::string_view payload, std::string_view time = "2026-06-01T08:00:00Z") {
  return R"({"timestamp":")" + std::string(time) + R"(","type":")" + std::string(type) + R"(","payload":{)" +
         std::string(payload) + "}}\n";
}
std::string event(std::string_view payload, std::string_view time = "2026-06-01T08:00:00Z") {
  return record("event_msg", payload, time);
}
std::string meta(std::string_view id, std::string_view more = "") {
  return record("session_meta",
                R"("id":")" + std::string(id) + R"(","cwd":"/home/dev/kettle","source":"cli")" + std::string(more));
}
std::string prompt(std::string_view text, std::string_view time = "2026-06-01T08:00:00Z") {
  return event(R"("type":"user_message","message":")" + std::string(text) + "\"", time);
}
std::string item(std::string_view role, std::string_view content) {
  return record("response_item",
                R"("type":"message","role":")" + std::string(role) + R"(","content":[)" + std::string(content) + "]");
}

SessionFacts facts_of(const std::string& bytes, const fs::path& path = "/x/session.jsonl") {
  const Source source = Source::from_bytes(bytes).value();
  SessionFacts facts = read_codex(source, path, {})->facts;
  const Summary summary = summarise_codex(source, path);
  EXPECT_EQ(summary.id, facts.id);
  EXPECT_EQ(summary.title, facts.title);
  EXPECT_EQ(summary.cwd, facts.cwd);
  EXPECT_EQ(summary.is_child, facts.is_child);
  return facts;
}

std::vector<std::string> texts_of(const std::string& bytes) {
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_codex(source, "x.jsonl", {}).value();
  std::vector<std::string> texts;
  texts.reserve(outline.blocks.size());
  for (const OutlineBlock& block : outline.blocks) texts.push_back(load_codex(source, block, "x.jsonl").value().text);
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Codex, TheFirstMetaSaysWhoseItIs) {
  const std::string file = std::string("rollout-2026-06-01T08-00-00-") + kId + ".jsonl";
  EXPECT_EQ(facts_of(meta("own") + meta("parent"), file).id, "own");
  EXPECT_EQ(facts_of(prompt("x"), file).id, kId);
  EXPECT_EQ(facts_of(prompt("x"), file + ".zst").id, kId);
  EXPECT_EQ(facts_of(prompt("x"), "copy.jsonl").id, "copy");
}

TEST(Codex, ChildrenAreMarked) {
  const auto is_child = [](std::string_view source) {
    return facts_of(record("session_meta", R"("id":"x","source":)" + std::string(source)) + meta("parent")).is_child;
  };
  EXPECT_TRUE(is_child(R"({"subagent":"review"})"));
  EXPECT_TRUE(is_child(R"({"subagent":{"thread_spawn":{"parent_thread_id":"y"}}})"));
  EXPECT_TRUE(is_child(R"("vscode","thread_source":"subagent")"));
  EXPECT_FALSE(is_child(R"("cli","forked_from_id":"y")"));
  EXPECT_FALSE(is_child(R"({"custom":"mine"})"));
}

TEST(Codex, TitlesInTheirOrder) {
  const std::string injected =
      item("user", R"({"type":"input_text","text":"<environment_context>x</environment_context>"})");
  const std::string named = event(R"("type":"thread_name_updated","thread_name":"Named\n  so")");
  EXPECT_EQ(facts_of(meta("a") + injected + prompt("First\\n  prompt") + prompt("Second")).title, "First prompt");
  EXPECT_EQ(facts_of(meta("a") + prompt("First") + named).title, "Named so");
  EXPECT_EQ(facts_of(meta("a") + injected + item("user", R"({"type":"input_text","text":"An item"})")).title,
            "An item");
  EXPECT_EQ(facts_of(meta("a") + item("developer", R"({"type":"input_text","text":"Rules"})"), "/x/stem.jsonl").title,
            "stem");
}

TEST(Codex, RecognisesItsOwn) {
  for (const std::string& head :
       {meta("a"), prompt("x"), "null\n{}\ngarbage\n" + prompt("x"),
        std::string(R"({"id":"x","timestamp":"2025-06-20T10:00:00Z","instructions":null})"),
        std::string(R"({"record_type":"state"})"),
        std::string(R"({"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]})"),
        std::string(R"({"type":"function_call","name":"shell","arguments":"{}","call_id":"c"})"),
        meta("a", R"(,"base_instructions":{"text":")" + std::string(300'000, 'x') + "\"}").substr(0, 256 << 10)})
    EXPECT_TRUE(recognises_codex(head)) << head.substr(0, 200);
}

TEST(Codex, RefusesWhatIsNot) {
  for (const char* head :
       {"", "\n", "{}", "[]", R"({"type":"issue","id":1})", R"({"type":"thread.started"})",
        R"({"type":"item.completed","item":{"text":"x"}})", R"({"type":"session_meta","payload":{"id":"x"}})",
        R"({"timestamp":"x","type":"note","payload":{}})",
        R"({"type":"user","uuid":"a","sessionId":"x","timestamp":"x","message":{"content":"x"}})",
        R"({"type":"message","id":"x","parentId":null,"timestamp":"x","message":{"role":"user","content":[]}})",
        R"({"type":"session.start","data":{},"id":"y","timestamp":"x","parentId":null})",
        R"({"role":"user","message":{"content":[{"type":"text","text":"x"}]}})"})
    EXPECT_FALSE(recognises_codex(head)) << head;
}

TEST(Codex, SummariseReadsHeadAndTail) {
  // The first line alone is longer than the head.
  std::string bytes = meta(kId, R"(,"base_instructions":{"text":")" + std::string(400'000, 'x') + "\"}");
  bytes += prompt("The prompt");
  for (int i = 0; i < 300; ++i) bytes += record("world_state", R"("state":")" + std::string(5000, 'x') + "\"");
  bytes += event(R"("type":"thread_name_updated","thread_name":"Named at the end")", "2026-06-01T09:00:00Z");
  const Summary summary = summarise_codex(Source::from_bytes(bytes).value(), "file.jsonl");
  EXPECT_EQ(summary.title, "Named at the end");
  EXPECT_EQ(summary.id, kId);
  EXPECT_EQ(summary.cwd, "/home/dev/kettle");
  EXPECT_EQ(summary.ended_at, from_iso8601("2026-06-01T09:00:00Z"));
}

TEST(Codex, TheSameOfBothLogsIsShownOnce) {
  const std::string say = item("user", R"({"type":"input_text","text":"Go on."})");
  const auto at = [](int second) { return "2026-06-01T08:00:0" + std::to_string(second) + "Z"; };
  EXPECT_EQ(texts_of(say + prompt("Go on.", at(1)) + prompt("Go on.", at(2))), (Texts{"Go on.", "Go on."}));
  EXPECT_EQ(texts_of(prompt("Go on.") + say), Texts{"Go on."});
  // In parts in one log, in one piece in the other.
  const std::string parts = item("user", R"({"type":"input_text","text":"Go "},{"type":"input_text","text":"on."})");
  EXPECT_EQ(texts_of(parts + prompt("Go on.")), (Texts{"Go", "on."}));
  EXPECT_EQ(texts_of(prompt("Go on.") + parts), Texts{"Go on."});
  // A line that a tool doubled; the same words said twice.
  EXPECT_EQ(texts_of(say + say), Texts{"Go on."});
  EXPECT_EQ(texts_of(prompt("Go on.", at(1)) + prompt("Go on.", at(2)) + say), (Texts{"Go on.", "Go on."}));
}

TEST(Codex, ImagesOfPromptsAndResults) {
  const fs::path folder = test::project_file("tests/golden/codex");
  const auto older = Transcript::open(folder / "older.jsonl").value();
  const OutlineBlock& image = older.outline().blocks.at(1);
  EXPECT_EQ(image.kind, BlockKind::image);
  EXPECT_EQ(older.load(older.source(), image)->images.at(0).media_type, "image/png");
  EXPECT_EQ(older.load_image(older.source(), image, 0)->bytes.size(), 70u);
  EXPECT_FALSE(older.load_image(older.source(), image, 1));
  EXPECT_FALSE(older.load_image(older.source(), older.outline().blocks.at(0), 0));

  const auto conversation = Transcript::open(folder / "conversation.jsonl").value();
  const auto tool =
      std::ranges::find(conversation.outline().blocks, anchor_key_of("call_4"), &OutlineBlock::anchor_key);
  ASSERT_NE(tool, conversation.outline().blocks.end());
  EXPECT_EQ(conversation.load_image(conversation.source(), *tool, 0)->media_type, "image/png");
}

TEST(Codex, ImagesThatAreNotThereAreNotices) {
  EXPECT_EQ(texts_of(item("user", R"({"type":"input_image","image_url":"https://example.invalid/a.png"})")),
            Texts{"[image: https://example.invalid/a.png]"});
  const auto large = texts_of(item(
      "user", R"({"type":"input_image","image_url":"data:image/png;base64,)" + std::string(16 << 20, 'A') + "\"}"));
  ASSERT_EQ(large.size(), 1u);
  EXPECT_TRUE(large[0].starts_with("[image not shown: "));
}

TEST(Codex, PromptsAreTakenBackAsOftenAsItIsSaid) {
  const auto at = [](int second) { return "2026-06-01T08:00:0" + std::to_string(second) + "Z"; };
  const std::string bytes = prompt("1", at(1)) + prompt("2", at(2)) + prompt("3", at(3)) +
                            event(R"("type":"thread_rolled_back","num_turns":1)", at(4)) + prompt("4", at(5)) +
                            event(R"("type":"thread_rolled_back","num_turns":2)", at(6)) +
                            event(R"("type":"thread_rolled_back","num_turns":99)", at(7)) + prompt("5", at(8));
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_codex(source, "x.jsonl", {}).value();
  const auto texts = [&](const std::vector<OutlineBlock>& blocks) {
    std::string all;
    for (const OutlineBlock& block : blocks) {
      const Block loaded = load_codex(source, block, "x.jsonl").value();
      all += loaded.kind == BlockKind::user ? loaded.text : "-";
    }
    return all;
  };
  EXPECT_EQ(texts(outline.blocks), "-5");
  ASSERT_EQ(outline.branches.size(), 3u);
  EXPECT_EQ(texts(outline.branches[0].blocks), "3");
  EXPECT_EQ(texts(outline.branches[1].blocks), "2-4");
  EXPECT_EQ(texts(outline.branches[2].blocks), "1-");
  for (const Branch& branch : outline.branches) EXPECT_EQ(branch.after, 0u);
}

TEST(Codex, FindsSessionsInItsPlaces) {
  const test::TempDir home;
  const std::string name = std::string("rollout-2026-06-01T08-00-00-") + kId + ".jsonl";
  const std::string second = "rollout-2026-06-02T08-00-00-019f0000-1111-7222-8333-555555555555.jsonl";
  const auto plain = home.write(".codex/sessions/2026/06/01/" + name, meta(kId));
  home.write(".codex/sessions/2026/06/01/" + name + ".zst", test::zstd(meta(kId)));
  home.write(".codex/archived_sessions/" + name, meta(kId));
  const auto compressed = home.write(".codex/sessions/2026/06/02/" + second + ".zst", test::zstd(meta("b")));
  const auto flat = home.write(".codex/sessions/rollout-early.jsonl", meta("c"));
  const auto archived = home.write(".codex/archived_sessions/rollout-old.jsonl", meta("d"));
  home.write(".codex/sessions/2026/06/01/notes.jsonl", "{}");
  const auto document = home.write(".codex/sessions/rollout-2025-04-20-x.json", "{}");
  home.write(".codex/sessions/2026/06/01/deeper/rollout-x.jsonl", "{}");
  home.write(".codex/archived_sessions/2026/rollout-x.jsonl", "{}");
  ::setenv("HOME", home.path().c_str(), 1);
  ::unsetenv("CODEX_HOME");
  const auto found = [] {
    const auto sessions = kCodex.find_sessions();
    return std::set<fs::path>(sessions.begin(), sessions.end());
  };
  EXPECT_EQ(found(), (std::set<fs::path>{plain, compressed, flat, archived, document}));
  const auto elsewhere = home.write("elsewhere/sessions/2026/06/01/" + name + ".zst", "x");
  ::setenv("CODEX_HOME", (home.path() / "elsewhere").c_str(), 1);
  EXPECT_EQ(found(), std::set<fs::path>{elsewhere});
  EXPECT_EQ(kCodex.session_roots().at(0).directory, home.path() / "elsewhere/sessions");
  ::setenv("CODEX_HOME", "", 1);
  EXPECT_EQ(found().size(), 5u);
  ::unsetenv("HOME");
  EXPECT_TRUE(found().empty());
}

TEST(Codex, ASnapshotStaysWhatItWasWhenItsFileIsCompressed) {
  const test::TempDir dir;
  const std::string bytes = meta(kId) + prompt("one", "2026-06-01T08:00:01Z");
  const fs::path path = dir.write("rollout-x.jsonl", bytes);
  const auto snapshot = take_snapshot(path).value();
  const std::string longer = bytes + prompt("two", "2026-06-01T08:00:02Z");
  dir.write("rollout-x.jsonl.zst", test::zstd(longer));
  fs::remove(path);
  const auto shared = Transcript::open(path, snapshot).value();
  EXPECT_EQ(shared.outline().blocks.size(), 1u);
  EXPECT_EQ(shared.source().identity(), identify_file(path).value());
  EXPECT_EQ(Transcript::open(path)->outline().blocks.size(), 2u);
  EXPECT_EQ(peek_session(path)->summary.id, kId);
  EXPECT_EQ(take_snapshot(dir.path() / "rollout-x.jsonl.zst")->end, longer.size());
}

}  // namespace
}  // namespace panko
