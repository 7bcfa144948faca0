#include "agents/unread_agents.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "agents/transcript.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

const Agent& agent(std::string_view id) {
  return **std::ranges::find(unread_agents(), id, [](const Agent* known) { return known->id; });
}

TEST(UnreadAgents, ASessionOfOneIsNamedAndNotRead) {
  const test::TempDir home;
  ::setenv("HOME", home.path().c_str(), 1);
  for (const char* variable : {"CLINE_DIR", "FACTORY_DIR", "GROK_HOME"}) ::unsetenv(variable);
  const std::pair<const char*, std::pair<const char*, const char*>> kFiles[] = {
      {"opencode",
       {".local/share/opencode/storage/session/p/ses_1.json",
        "{\n \"id\": \"ses_1\", \"projectID\": \"p\", \"directory\": \"/x\", \"title\": \"Named\", \"time\": {}}"}},
      {"amp", {".local/share/amp/threads/T-1.json", R"({"v":1,"id":"T-1","created":1,"title":"Named","messages":[]})"}},
      {"cursor",
       {".cursor/projects/p/agent-transcripts/a/a.jsonl",
        R"({"role":"user","message":{"content":[{"type":"text","text":"x"}]}})"}},
      {"qwen",
       {".qwen/projects/p/chats/a.jsonl",
        R"({"uuid":"a","parentUuid":null,"sessionId":"s","type":"user","version":"1","message":{"parts":[]}})"}},
      {"cline",
       {".cline/data/tasks/123/api_conversation_history.json",
        R"([{"role":"user","content":[{"type":"text","text":"x"}]}])"}},
      {"droid", {".factory/sessions/p/a.jsonl", R"({"type":"session_start","id":"a","title":"Named","cwd":"/x"})"}},
      {"kimi",
       {".kimi-code/sessions/wd_p/session_1/state.json",
        "{\"createdAt\": \"x\", \"title\": \"Named\", \"agents\": {}, \"workDir\": \"/x\"}"}},
      {"grok", {".grok/sessions/p/a/chat_history.jsonl", R"({"type":"system","content":"You are Grok 4.5."})"}}};
  EXPECT_EQ(std::size(kFiles), unread_agents().size());
  for (const auto& [id, file] : kFiles) {
    SCOPED_TRACE(id);
    const auto path = home.write(file.first, file.second);
    EXPECT_EQ(agent(id).find_sessions(), std::vector<fs::path>{path});
    EXPECT_EQ(agent(id).read, nullptr);
    const std::string sentence = unread_sentence(agent(id));
    EXPECT_EQ(peek_session(path).error().message, sentence);
    EXPECT_EQ(Transcript::open(path).error().message, sentence);
    EXPECT_EQ(take_snapshot(path).error().message, sentence);
    const auto summary = agent(id).summarise(Source::open(path).value(), path);
    const bool is_named = std::string_view(file.second).contains("Named");
    EXPECT_EQ(summary.title, is_named ? "Named" : summary.id);
    EXPECT_FALSE(summary.id.empty());
  }
  EXPECT_EQ(unread_sentence(agent("amp")), "panko cannot read sessions of Amp yet.");
}

TEST(UnreadAgents, RefuseWhatIsNotTheirs) {
  for (const char* head : {"", "{}", "[]", R"({"id":"T-1"})", R"({"role":"user","content":"x"})",
                           R"([{"role":"user","content":"x"}])", R"({"type":"session_start"})",
                           R"({"uuid":"a","type":"user"})", R"({"type":"system","content":"You are nobody"})",
                           R"({"createdAt":"x","title":"an issue"})", R"({"id":"ses_1","title":"x"})"})
    for (const Agent* known : unread_agents()) EXPECT_FALSE(known->recognises(head)) << known->id << ": " << head;
}

}  // namespace
}  // namespace panko
