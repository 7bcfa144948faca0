#include "agents/codex_action.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agents/json_lines.hpp"
#include "base/json_writer.hpp"

namespace panko {
namespace {

struct Acted {
  ToolAction action;
  ToolKind kind = ToolKind::other;
  std::string result;
};

JsonDocument document_of(const std::string& bytes) {
  const Source source = Source::from_bytes(bytes).value();
  return JsonDocument::read_complete(source, {0, static_cast<std::uint32_t>(bytes.size())}).value();
}

std::string in_envelope(const std::string& payload) {
  const bool is_event = payload.contains("_end\"");
  return fmt::format(R"({{"timestamp":"x","type":"{}","payload":{}}})", is_event ? "event_msg" : "response_item",
                     payload);
}

Acted act(const std::string& payload, const std::string& end_payload = "") {
  const JsonDocument call_document = document_of(in_envelope(payload));
  const CodexRecord call = parse_codex_record(call_document.root());
  Acted acted;
  acted.kind = codex_tool_kind(call);
  if (end_payload.empty()) {
    CodexResult none;
    acted.action = codex_action(call, nullptr, none);
  } else {
    const JsonDocument end_document = document_of(in_envelope(end_payload));
    const CodexRecord end = parse_codex_record(end_document.root());
    CodexResult result = codex_tool_result(end);
    acted.action = codex_action(call, &end, result);
    acted.result = result.text;
  }
  return acted;
}

Acted call(const std::string& name, const std::string& arguments, const std::string& output = "") {
  return act(fmt::format(R"({{"type":"function_call","call_id":"c","name":"{}","arguments":{}}})", name,
                         json_quote(arguments)),
             output.empty()
                 ? output
                 : fmt::format(R"({{"type":"function_call_output","call_id":"c","output":{}}})", json_quote(output)));
}

Acted script(const std::string& text) {
  return act(fmt::format(R"({{"type":"custom_tool_call","call_id":"c","name":"exec","input":{}}})", json_quote(text)));
}

const ShellCall& shell(const Acted& acted) {
  static const ShellCall none{.command = "(no shell)", .directory = {}, .purpose = {}, .exit_code = {}};
  const auto* const found = std::get_if<ShellCall>(&acted.action);
  return found == nullptr ? none : *found;
}

TEST(CodexAction, CommandsAsAPersonTypesThem) {
  const auto command = [](const char* name, const char* arguments) { return shell(call(name, arguments)).command; };
  EXPECT_EQ(command("shell", R"({"command":["bash","-lc","ls | wc"]})"), "ls | wc");
  EXPECT_EQ(command("shell", R"({"command":["/bin/zsh","-l","-c","ls | wc"]})"), "ls | wc");
  EXPECT_EQ(command("shell", R"({"command":["git","commit","-m","It's so"]})"), R"(git commit -m 'It'\''s so')");
  EXPECT_EQ(command("shell_command", R"({"command":"ls"})"), "ls");
  EXPECT_EQ(command("exec_command", R"({"cmd":"ls"})"), "ls");
  EXPECT_EQ(command("container.exec", R"({"command":["ls",""]})"), "ls ''");
  EXPECT_EQ(command("exec_command", R"({"cmd":7})"), "(no shell)");
  EXPECT_EQ(command("exec_command", "torn"), "(no shell)");
  const Acted local = act(
      R"({"type":"local_shell_call","call_id":"c","action":{"type":"exec","command":["ls"],"working_directory":"/x"}})");
  EXPECT_EQ(shell(local).command, "ls");
  EXPECT_EQ(shell(local).directory, "/x");
  EXPECT_EQ(local.kind, ToolKind::shell);
}

TEST(CodexAction, WhereWhyAndHowACommandEnded) {
  const Acted ended = call("exec_command", R"({"cmd":"make","workdir":"/x","justification":"Needs the network"})",
                           "Chunk ID: a\nWall time: 1 seconds\nProcess exited with code 2\nOutput:\nno rule\n");
  EXPECT_EQ(shell(ended).directory, "/x");
  EXPECT_EQ(shell(ended).purpose, "Needs the network");
  EXPECT_EQ(shell(ended).exit_code, 2);
  EXPECT_EQ(ended.result, "no rule\n");
  const Acted event =
      act(R"({"type":"function_call","call_id":"c","name":"shell","arguments":"{\"command\":[\"ls\"]}"})",
          R"({"type":"exec_command_end","call_id":"c","cwd":"/y","exit_code":0,"aggregated_output":"x"})");
  EXPECT_EQ(shell(event).directory, "/y");
  EXPECT_EQ(shell(event).exit_code, 0);
  EXPECT_FALSE(shell(call("shell", R"({"command":["ls"]})")).exit_code);
}

TEST(CodexAction, InputToACommandThatRuns) {
  const Acted typed = call("write_stdin", R"({"session_id":7,"chars":"y\n"})");
  EXPECT_EQ(shell(typed).command, "y\n");
  EXPECT_EQ(shell(typed).purpose, "input to session 7");
  EXPECT_EQ(shell(call("write_stdin", R"({"session_id":7,"chars":""})")).purpose, "wait for session 7");
  EXPECT_EQ(shell(call("wait", R"({"cell_id":"17"})")).purpose, "wait for script 17");
  EXPECT_EQ(typed.kind, ToolKind::shell);
}

TEST(CodexAction, ScriptsThatDoOneThing) {
  EXPECT_EQ(shell(script(R"(const r = await tools.exec_command({cmd:"ls",workdir:"/x"}); text(r.output))")).command,
            "ls");
  EXPECT_EQ(
      shell(script(R"(await Promise.all([tools.exec_command({cmd:"a"}), tools.exec_command({cmd:"b"})]))")).command,
      "a\nb");
  for (const char* other :
       {"text(1)", "for (const c of x) await tools.exec_command({cmd:c})",
        R"(tools.exec_command({cmd:"a"}); tools.update_plan({plan:[{step:"x"}]}))",
        R"(tools.exec_command({cmd:"a",workdir:"/x"}); tools.exec_command({cmd:"b"}))", R"x(tools.exec("text(1)"))x"}) {
    EXPECT_EQ(kind_of(script(other).action), ToolKind::other) << other;
    EXPECT_EQ(script(other).kind, ToolKind::other) << other;
  }
  const Acted patched = script(
      R"(const patch = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"; text(await tools.apply_patch(patch));)");
  EXPECT_EQ(patched.kind, ToolKind::edit);
  EXPECT_EQ(std::get<EditCall>(patched.action).files.at(0).path, "a");
  EXPECT_EQ(script(R"(tools.update_plan({plan:[{step:"x",status:"completed"}]}))").kind, ToolKind::todo);
  const Acted mcp = script("await tools.mcp__apps__fetch({id:1})");
  EXPECT_EQ(std::get<McpCall>(mcp.action).server, "apps");
}

TEST(CodexAction, PatchesAndWhatCameOfThem) {
  const std::string patch = "*** Begin Patch\n*** Update File: a\n@@\n-x\n+y\n*** End Patch";
  const std::string custom =
      fmt::format(R"({{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":{}}})", json_quote(patch));
  const Acted asked = act(custom);
  EXPECT_EQ(asked.kind, ToolKind::edit);
  EXPECT_EQ(std::get<EditCall>(asked.action).files.at(0).hunks.at(0).old_start, 0u);
  const Acted done = act(custom, R"({"type":"patch_apply_end","call_id":"c","success":true,)"
                                 R"("stdout":"Success. Updated the following files:\nM a\n","stderr":"",)"
                                 R"("changes":{"/x/a":{"type":"update","unified_diff":"@@ -3 +3 @@\n-x\n+y\n"}}})");
  EXPECT_EQ(std::get<EditCall>(done.action).files.at(0).path, "/x/a");
  EXPECT_EQ(std::get<EditCall>(done.action).files.at(0).hunks.at(0).old_start, 3u);
  EXPECT_EQ(done.result, "");
  const Acted failed = act(custom, R"({"type":"patch_apply_end","call_id":"c","success":false,"stdout":"",)"
                                   R"("stderr":"No such line.","changes":{}})");
  EXPECT_EQ(std::get<EditCall>(failed.action).files.at(0).path, "a");
  EXPECT_EQ(failed.result, "No such line.");

  const auto wrapped = [&](const std::string& before, const std::string& behind) {
    return call("shell", fmt::format(R"({{"command":["bash","-lc",{}]}})",
                                     json_quote(before + "apply_patch <<'EOF'\n" + patch + "\nEOF\n" + behind)));
  };
  EXPECT_EQ(wrapped("", "").kind, ToolKind::edit);
  EXPECT_EQ(std::get<EditCall>(wrapped("cd x && ", "").action).files.size(), 1u);
  EXPECT_EQ(wrapped("", "make\n").kind, ToolKind::shell);
  EXPECT_TRUE(shell(wrapped("", "make\n")).command.ends_with("make\n"));
  EXPECT_EQ(call("shell", fmt::format(R"({{"command":["apply_patch",{}]}})", json_quote(patch))).kind, ToolKind::edit);
  EXPECT_EQ(call("apply_patch", fmt::format(R"({{"input":{}}})", json_quote(patch))).kind, ToolKind::edit);
  EXPECT_EQ(kind_of(call("apply_patch", "nothing").action), ToolKind::other);
}

TEST(CodexAction, Plans) {
  const Acted acted = call("update_plan",
                           R"({"explanation":"Half done","plan":[{"step":"a","status":"completed"},)"
                           R"({"step":"b","status":"in_progress"},{"step":"c","status":"pending"}]})",
                           "Plan updated");
  const auto& todo = std::get<TodoCall>(acted.action);
  ASSERT_EQ(todo.todos.size(), 3u);
  EXPECT_EQ(todo.todos[0].state, Todo::State::done);
  EXPECT_EQ(todo.todos[1].state, Todo::State::active);
  EXPECT_EQ(todo.todos[2].text, "c");
  EXPECT_EQ(todo.note, "Half done");
  EXPECT_EQ(acted.result, "");
  EXPECT_EQ(acted.kind, ToolKind::todo);
}

TEST(CodexAction, Questions) {
  const Acted acted = call(
      "request_user_input",
      R"({"questions":[{"id":"q1","header":"Tea","question":"Which?","options":[{"label":"Green","description":"d"}]},)"
      R"({"id":"q2","question":"More?"}]})",
      R"({"answers":{"q2":{"answers":["No"]},"q1":{"answers":["Green","user_note: hot"]}}})");
  const auto& ask = std::get<AskCall>(acted.action);
  ASSERT_EQ(ask.questions.size(), 2u);
  EXPECT_EQ(ask.questions[0].title, "Tea");
  EXPECT_EQ(ask.questions[0].options.at(0).description, "d");
  EXPECT_EQ(ask.questions[0].answers, (std::vector<std::string>{"Green", "user_note: hot"}));
  EXPECT_EQ(ask.questions[1].answers, std::vector<std::string>{"No"});
  EXPECT_EQ(acted.result, "");
  EXPECT_EQ(call("request_user_input", R"({"questions":[{"id":"q"}]})", "cancelled").result, "cancelled");
}

TEST(CodexAction, TheWeb) {
  const Acted found = act(
      R"({"type":"web_search_call","id":"ws_1","action":{"type":"search","query":"kettle"}})",
      R"({"type":"web_search_end","call_id":"ws_1","query":"kettle","results":[{"title":"K","url":"https://k.invalid"}]})");
  const auto& web = std::get<WebCall>(found.action);
  EXPECT_EQ(web.query, "kettle");
  ASSERT_EQ(web.links.size(), 1u);
  EXPECT_EQ(web.links[0].url, "https://k.invalid");
  EXPECT_TRUE(web.links_are_all);
  const Acted within =
      act(R"({"type":"web_search_call","action":{"type":"find_in_page","url":"https://k.invalid","pattern":"hot"}})");
  EXPECT_EQ(std::get<WebCall>(within.action).query, "hot");
  EXPECT_EQ(std::get<WebCall>(within.action).url, "https://k.invalid");
  EXPECT_EQ(
      std::get<WebCall>(act(R"({"type":"web_search_call","action":{"type":"search","queries":["a","b"]}})").action)
          .query,
      "a\nb");
  EXPECT_EQ(within.kind, ToolKind::web);
}

TEST(CodexAction, FilesServersAndTheRest) {
  EXPECT_EQ(std::get<ReadCall>(call("view_image", R"({"path":"/x.png"})").action).path, "/x.png");
  EXPECT_EQ(std::get<SearchCall>(call("grep_files", R"({"pattern":"a.b","path":"src"})").action).where, "src");
  for (const char* name : {"mcp__docs__find_it", "docs__find_it"}) {
    const Acted acted = call(name, "{}");
    EXPECT_EQ(std::get<McpCall>(acted.action).server, "docs");
    EXPECT_EQ(std::get<McpCall>(acted.action).tool, "find_it");
    EXPECT_EQ(acted.kind, ToolKind::mcp);
  }
  const Acted spaced = act(R"({"type":"function_call","name":"find","namespace":"mcp__docs","arguments":"{}"})");
  EXPECT_EQ(std::get<McpCall>(spaced.action).tool, "find");
  const Acted ended =
      act(R"({"type":"mcp_tool_call_end","invocation":{"server":"docs","tool":"find","arguments":{}}})");
  EXPECT_EQ(std::get<McpCall>(ended.action).tool, "find");
  EXPECT_EQ(ended.kind, ToolKind::mcp);
  for (const char* name : {"spawn_agent", "brand_new", ""})
    EXPECT_EQ(kind_of(call(name, R"({"command":"ls"})").action), ToolKind::other);
}

}  // namespace
}  // namespace panko
