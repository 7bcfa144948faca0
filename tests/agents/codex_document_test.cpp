// The first Codex's sessions: one JSON document.
#include "agents/codex_document.hpp"

#include <gtest/gtest.h>

#include "agents/codex.hpp"

namespace panko {
namespace {

constexpr std::string_view kDocument = R"({
  "session": {
    "timestamp": "2025-04-20T10:00:00.000Z",
    "id": "11111111-2222-4333-8444-555555555555",
    "instructions": ""
  },
  "items": [
    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Why {does} \"it\" whistle?"}]},
    {
      "type": "function_call", "id": "fc_1", "status": "completed", "name": "shell",
      "arguments": "{\"command\":[\"bash\",\"-lc\",\"ls\"],\"workdir\":\"/x\"}", "call_id": "call_1"
    },
    {"type": "function_call_output", "call_id": "call_1",
     "output": "{\"output\":\"a.c\\n\",\"metadata\":{\"exit_code\":0,\"duration_seconds\":0.1}}"},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Because."}]}
  ]
})";

std::string shown(std::string_view bytes) {
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_codex(source, "/x/rollout.json", {}).value();
  std::string text;
  for (const OutlineBlock& block : outline.blocks) {
    const Block loaded = load_codex(source, block, "/x/rollout.json").value();
    EXPECT_EQ(anchor_key_of(loaded.anchor), block.anchor_key);
    text += std::string(name_of(loaded.kind)) + ":" + loaded.text;
    if (loaded.tool) {
      const auto* const shell = std::get_if<ShellCall>(&loaded.tool->action);
      text += (shell != nullptr ? shell->command + "@" + shell->directory : "?") + "=" + loaded.tool->result;
    }
    text += "|";
  }
  return text;
}

TEST(CodexDocument, IsASessionLikeAnyOther) {
  EXPECT_TRUE(recognises_codex(kDocument));
  EXPECT_EQ(shown(kDocument), "user:Why {does} \"it\" whistle?|tool:ls@/x=a.c\n|assistant:Because.|");
  const Source source = Source::from_bytes(kDocument).value();
  const Outline outline = read_codex(source, "/x/rollout.json", {}).value();
  EXPECT_EQ(outline.facts.id, "11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(outline.facts.title, "Why {does} \"it\" whistle?");
  EXPECT_EQ(outline.facts.unreadable_lines, 0u);
  EXPECT_EQ(outline.facts.started_at, from_iso8601("2025-04-20T10:00:00Z"));

  const Summary summary = summarise_codex(source, "/x/rollout.json");
  EXPECT_EQ(summary.id, outline.facts.id);
  EXPECT_EQ(summary.title, outline.facts.title);
  DigestProgress progress;
  const Digest digest = digest_codex(source, "/x/rollout.json", progress).value();
  EXPECT_EQ(digest.messages, 2u);
  EXPECT_EQ(digest.last_answer, "Because.");
  EXPECT_EQ(digest.facts.unreadable_lines, 0u);
  EXPECT_EQ(digest_codex(source, "/x/rollout.json", progress)->messages, 2u);
}

TEST(CodexDocument, InOneLineOrCutOff) {
  std::string line;
  for (const char c : kDocument)
    if (c != '\n') line += c;
  EXPECT_EQ(shown(line), shown(kDocument));
  EXPECT_EQ(shown("\xEF\xBB\xBF" + line), shown(kDocument));
  for (std::size_t size = 0; size < kDocument.size(); ++size) {
    const std::string_view front = kDocument.substr(0, size);
    if (!recognises_codex(front)) continue;
    std::string part = shown(front);
    if (!part.empty()) part.pop_back();  // a call's result may be missing
    EXPECT_TRUE(shown(kDocument).starts_with(part)) << size;
  }
}

TEST(CodexDocument, OtherDocumentsAreRefused) {
  for (const char* text :
       {"{}", R"({"session":{},"items":[]})", R"({"session":{"id":"x"},"items":[]})",
        R"({"session":{"id":"x","timestamp":"y"},"messages":[]})", R"({"session":"x","items":[]})",
        R"({"items":[],"session":{"id":"x","timestamp":"y"}})",
        R"({"session":{"id":"x","timestamp":"y"},"items":[{"name":"z"}]})", R"({"sessionId":"x","messages":[]})"})
    EXPECT_FALSE(recognises_codex(text)) << text;
}

}  // namespace
}  // namespace panko
