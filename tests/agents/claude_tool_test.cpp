// What calls of each tool were for, as the reader says it of whole records.
#include "agents/claude_tool.hpp"

#include <gtest/gtest.h>

#include <string>

#include "agents/claude.hpp"

namespace panko {
namespace {

struct Recorded {
  std::string name;
  std::string input;
  std::string content = R"("done")";  // of the result; empty: there is none
  std::string details = {};           // toolUseResult
  bool is_error = false;
};

Block load(const Recorded& call) {
  std::string bytes =
      R"({"type":"assistant","sessionId":"s","uuid":"a","message":{"content":[{"type":"tool_use","id":"t","name":")" +
      call.name + R"(","input":)" + call.input + "}]}}\n";
  if (!call.content.empty()) {
    bytes += R"({"type":"user","sessionId":"s","uuid":"b","message":{"content":[)"
             R"({"type":"tool_result","tool_use_id":"t","content":)" +
             call.content + (call.is_error ? R"(,"is_error":true)" : "") + "}]}";
    if (!call.details.empty()) bytes += R"(,"toolUseResult":)" + call.details;
    bytes += "}\n";
  }
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_claude(source, "s.jsonl", {}).value();
  EXPECT_EQ(outline.blocks.size(), 1u) << bytes;
  Block block = load_claude(source, outline.blocks.at(0), "s.jsonl").value();
  const ToolKind kind = kind_of(block.tool->action);
  EXPECT_TRUE(kind == outline.blocks[0].tool || kind == ToolKind::other) << call.name;
  return block;
}

template <class Call>
Call action(const Recorded& call) {
  const Block block = load(call);
  const auto* found = std::get_if<Call>(&block.tool->action);
  EXPECT_NE(found, nullptr) << call.name << " is " << name_of(kind_of(block.tool->action));
  return found == nullptr ? Call() : *found;
}

std::string shown(const EditCall& edit) {
  std::string text;
  for (const FileChange& file : edit.files) {
    text += file.kind == FileChange::Kind::add ? "add " : "update ";
    text += file.path + '\n';
    for (const DiffHunk& hunk : file.hunks) {
      text += "@" + std::to_string(hunk.old_start) + "," + std::to_string(hunk.new_start) + '\n';
      for (const DiffLine& line : hunk.lines)
        text += (line.kind == DiffLine::Kind::same ? ' ' : (line.kind == DiffLine::Kind::gone ? '-' : '+')) +
                line.text + '\n';
    }
  }
  return text;
}

std::string edit(const Recorded& call) {
  return shown(action<EditCall>(call));
}

TEST(ClaudeTool, Shells) {
  const auto ran = action<ShellCall>({.name = "Bash",
                                      .input = R"({"command":"make\ttest","description":"Run it"})",
                                      .content = R"("Exit code 2\nno rule")",
                                      .details = R"("Error: Exit code 2\nno rule")",
                                      .is_error = true});
  EXPECT_EQ(ran.command, "make\ttest");
  EXPECT_EQ(ran.purpose, "Run it");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_FALSE(
      action<ShellCall>({.name = "Bash", .input = R"({"command":"x"})", .content = R"("Exit code 2")"}).exit_code);
  EXPECT_FALSE(action<ShellCall>({.name = "Bash", .input = R"({"command":"x"})", .content = ""}).exit_code);

  const auto looked = action<ShellCall>({.name = "BashOutput",
                                         .input = R"({"bash_id":"b1"})",
                                         .content = R"("<status>failed</status>\n\n<exit_code>137</exit_code>")",
                                         .details = R"({"shellId":"b1","command":"npm run dev","exitCode":137})"});
  EXPECT_EQ(looked.command, "npm run dev");
  EXPECT_EQ(looked.purpose, "shell b1");
  EXPECT_EQ(looked.exit_code, 137);
  EXPECT_EQ(action<ShellCall>(
                {.name = "BashOutput", .input = R"({"bash_id":"b1"})", .content = R"("<exit_code>-9</exit_code>")"})
                .exit_code,
            -9);
  EXPECT_EQ(action<ShellCall>({.name = "KillShell", .input = R"({"shell_id":"b1"})"}).purpose, "shell b1");
}

TEST(ClaudeTool, EditsByTheirPatch) {
  EXPECT_EQ(edit({.name = "Edit",
                  .input = R"({"file_path":"/x/a.cpp","old_string":"b","new_string":"c"})",
                  .details = R"({"originalFile":"secret","structuredPatch":[{"oldStart":3,"oldLines":2,"newStart":4,)"
                             R"("newLines":2,"lines":[" a","-b","+c\r","\\ No newline at end of file",7,""]}]})"}),
            "update /x/a.cpp\n@3,4\n a\n-b\n+c\n \n");
  EXPECT_EQ(edit({.name = "MultiEdit",
                  .input = R"({"file_path":"m","edits":[{"old_string":"b","new_string":"c"}]})",
                  .details = R"({"structuredPatch":[{"oldStart":1,"newStart":1,"lines":["-b","+c"]}]})"}),
            "update m\n@1,1\n-b\n+c\n");
}

TEST(ClaudeTool, EditsByTheirInput) {
  const Recorded pending{
      .name = "Edit", .input = R"({"file_path":"f","old_string":"a\nb\nc","new_string":"a\nx\nc"})", .content = ""};
  EXPECT_EQ(edit(pending), "update f\n@0,0\n a\n-b\n+x\n c\n");
  Recorded odd = pending;
  odd.content = R"("done")";
  for (const char* details : {R"("Error: no")", R"({"structuredPatch":"no list"})", R"({"structuredPatch":[]})",
                              R"({"structuredPatch":[7,{"lines":"x"}]})", "[1]", "null"}) {
    odd.details = details;
    EXPECT_EQ(edit(odd), edit(pending)) << details;
  }
  EXPECT_EQ(edit({.name = "MultiEdit",
                  .input = R"({"file_path":"m","edits":[{"old_string":"a","new_string":"b"},7,)"
                           R"({"old_string":"c","new_string":"d"}]})"}),
            "update m\n@0,0\n-a\n+b\n@0,0\n-c\n+d\n");
  EXPECT_EQ(edit({.name = "Edit", .input = R"({"file_path":"n","old_string":"","new_string":"new"})"}),
            "add n\n@0,0\n+new\n");
  EXPECT_EQ(edit({.name = "NotebookEdit",
                  .input = R"({"notebook_path":"n.ipynb","new_source":"b","edit_mode":"replace"})",
                  .details = R"({"old_source":"a","original_file":"secret"})"}),
            "update n.ipynb\n@0,0\n-a\n+b\n");
}

TEST(ClaudeTool, Writes) {
  const std::string input = R"({"file_path":"w","content":"a\nb\n"})";
  EXPECT_EQ(edit({.name = "Write", .input = input, .details = R"({"type":"create","structuredPatch":[]})"}),
            "add w\n@0,1\n+a\n+b\n");
  EXPECT_EQ(
      edit({.name = "Write",
            .input = input,
            .details = R"({"type":"update","structuredPatch":[{"oldStart":1,"newStart":1,"lines":[" a","+b"]}]})"}),
      "update w\n@1,1\n a\n+b\n");
  EXPECT_EQ(edit({.name = "Write", .input = input, .details = R"({"type":"update","structuredPatch":[]})"}),
            "update w\n");
  EXPECT_EQ(edit({.name = "Write", .input = input, .content = R"("The file w has been updated.")"}),
            "update w\n@0,1\n+a\n+b\n");
  EXPECT_EQ(edit({.name = "Write", .input = input, .content = ""}), "add w\n@0,1\n+a\n+b\n");
}

TEST(ClaudeTool, Reads) {
  const Recorded plain{.name = "Read",
                       .input = R"({"file_path":"/x/a.cpp","offset":12})",
                       .content = R"("    12→one\n    13→two\n\n<system-reminder>\nMind.\n</system-reminder>\n")"};
  const auto by_text = action<ReadCall>(plain);
  EXPECT_EQ(by_text.path, "/x/a.cpp");
  EXPECT_EQ(by_text.first_line, 12u);
  EXPECT_EQ(by_text.text, "one\ntwo");
  const auto by_record = action<ReadCall>(
      {.name = "Read",
       .input = plain.input,
       .content = plain.content,
       .details = R"({"type":"text","file":{"filePath":"x","content":"1\n2","startLine":7,"totalLines":9}})"});
  EXPECT_EQ(by_record.first_line, 7u);
  EXPECT_EQ(by_record.text, "1\n2");
  for (const char* content : {R"("12\tone\n13\ttwo")", R"(" 12→one\n13→two")"}) {
    Recorded call = plain;
    call.content = content;
    EXPECT_EQ(action<ReadCall>(call).text, "one\ntwo") << content;
  }
  for (const char* content : {R"("no numbers")", R"("1→a\n3→c")", R"("1→a\nb")", R"("99999999999→a")", R"("")"}) {
    Recorded call = plain;
    call.content = content;
    EXPECT_EQ(action<ReadCall>(call).text, "") << content;
    EXPECT_EQ(action<ReadCall>(call).first_line, 0u) << content;
  }
  Recorded image = plain;
  image.details = R"({"type":"image","file":{"base64":"AAAA","type":"image/png"}})";
  image.content = R"([{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}])";
  EXPECT_EQ(action<ReadCall>(image).text, "");
  EXPECT_EQ(load(image).images.size(), 1u);
}

TEST(ClaudeTool, Searches) {
  const auto grep =
      action<SearchCall>({.name = "Grep", .input = R"({"pattern":"a|b","path":"src","glob":"*.cpp","-n":true})"});
  EXPECT_EQ(grep.query, "a|b");
  EXPECT_EQ(grep.where, "src, *.cpp");
  EXPECT_EQ(action<SearchCall>({.name = "Glob", .input = R"({"pattern":"**/*.md"})"}).query, "**/*.md");
  EXPECT_EQ(action<SearchCall>({.name = "LS", .input = R"({"path":"/x"})"}).where, "/x");
  EXPECT_EQ(action<SearchCall>({.name = "ToolSearch", .input = R"({"query":"select:Edit"})"}).query, "select:Edit");
}

TEST(ClaudeTool, Todos) {
  const auto list = action<TodoCall>(
      {.name = "TodoWrite",
       .input = R"({"todos":[{"content":"A","status":"completed"},{"content":"B","status":"in_progress"},7,)"
                R"({"status":"pending"},{"content":"C","status":"pending"},{"content":"D","status":"cancelled"}]})"});
  ASSERT_EQ(list.todos.size(), 4u);
  EXPECT_EQ(list.todos[0].state, Todo::State::done);
  EXPECT_EQ(list.todos[1].state, Todo::State::active);
  EXPECT_EQ(list.todos[2].text, "C");
  EXPECT_EQ(list.todos[3].state, Todo::State::dropped);
  EXPECT_EQ(action<TodoCall>({.name = "TodoWrite",
                              .input = R"({"todos":"[]"})",
                              .details = R"({"newTodos":[{"content":"A","status":"pending"}]})"})
                .todos.size(),
            1u);
  const auto created =
      action<TodoCall>({.name = "TaskCreate", .input = R"({"subject":"Build it","description":"All of it"})"});
  EXPECT_EQ(created.todos.at(0).text, "Build it");
  EXPECT_EQ(created.todos.at(0).state, Todo::State::pending);
  const auto updated = action<TodoCall>({.name = "TaskUpdate",
                                         .input = R"({"taskId":"3"})",
                                         .details = R"({"statusChange":{"from":"pending","to":"completed"}})"});
  EXPECT_EQ(updated.todos.at(0).text, "#3");
  EXPECT_EQ(updated.todos.at(0).state, Todo::State::done);
  action<OtherCall>({.name = "TaskUpdate", .input = R"({"taskId":"3","addBlockedBy":["1"]})"});
  EXPECT_EQ(action<TodoCall>({.name = "TaskList",
                              .input = "{}",
                              .details = R"({"tasks":[{"id":"1","subject":"A","status":"completed"}]})"})
                .todos.at(0)
                .state,
            Todo::State::done);
}

TEST(ClaudeTool, Questions) {
  const std::string input =
      R"({"questions":[{"question":"Which \"one\"?","header":"Which","options":[{"label":"A, or so","description":"a"},)"
      R"({"label":"B"}],"multiSelect":false},{"question":"More?","options":["X","Y","Z"],"multiSelect":true}]})";
  const auto by_record = action<AskCall>({.name = "AskUserQuestion",
                                          .input = input,
                                          .details = R"({"answers":{"Which \"one\"?":"A, or so","More?":"X, Z"},)"
                                                     R"("annotations":{"More?":{"notes":"and this"}}})"});
  ASSERT_EQ(by_record.questions.size(), 2u);
  EXPECT_EQ(by_record.questions[0].title, "Which");
  EXPECT_EQ(by_record.questions[0].text, "Which \"one\"?");
  EXPECT_EQ(by_record.questions[0].options.at(0).description, "a");
  EXPECT_EQ(by_record.questions[0].answers, std::vector<std::string>{"A, or so"});
  EXPECT_EQ(by_record.questions[1].answers, (std::vector<std::string>{"X", "Z", "and this"}));

  const auto by_text =
      action<AskCall>({.name = "AskUserQuestion",
                       .input = input,
                       .content = R"("User has answered your questions: \"Which \"one\"?\"=\"Some \"other\" thing\", )"
                                  R"(\"More?\"=\"Y\". You can now continue.")"});
  EXPECT_EQ(by_text.questions.at(0).answers, std::vector<std::string>{"Some \"other\" thing"});
  EXPECT_EQ(by_text.questions.at(1).answers, std::vector<std::string>{"Y"});

  const auto refused =
      action<AskCall>({.name = "AskUserQuestion", .input = input, .content = R"("No.")", .is_error = true});
  EXPECT_TRUE(refused.questions.at(0).answers.empty());
}

TEST(ClaudeTool, Plans) {
  EXPECT_EQ(action<PlanCall>({.name = "ExitPlanMode", .input = R"({"plan":"# Do it"})"}).text, "# Do it");
  EXPECT_EQ(action<PlanCall>({.name = "ExitPlanMode", .input = "{}", .details = R"({"plan":"# Do"})"}).text, "# Do");
  EXPECT_EQ(action<PlanCall>({.name = "ExitPlanMode",
                              .input = "{}",
                              .content = R"("User has approved your plan.\n\n## Approved Plan:\n# Go\n")"})
                .text,
            "# Go");
  action<OtherCall>({.name = "ExitPlanMode", .input = "{}", .details = R"({"plan":null})"});
}

TEST(ClaudeTool, TheWeb) {
  const std::string links = R"([{"title":"T","url":"https://a.example/"},{"title":"none"}])";
  const auto recorded = action<WebCall>(
      {.name = "WebSearch",
       .input = R"({"query":"how"})",
       .content = R"("Web search results for query: \"how\"\n\nLinks: [{\"title\":\"T\",\"url\":\"x\"}]\n\nRead.")",
       .details = R"({"query":"how","results":[{"tool_use_id":"x","content":)" + links + R"(},"Read."]})"});
  EXPECT_EQ(recorded.query, "how");
  ASSERT_EQ(recorded.links.size(), 1u);
  EXPECT_EQ(recorded.links[0].url, "https://a.example/");
  EXPECT_FALSE(recorded.links_are_all);
  const auto in_text = action<WebCall>(
      {.name = "WebSearch",
       .input = R"({"query":"how"})",
       .content = R"("Web search results for query: \"how\"\n\nLinks: [{\"title\":\"T\",\"url\":\"x\"}]\n\n\n)"
                  R"(REMINDER: You MUST include the sources above.")"});
  EXPECT_EQ(in_text.links.at(0).title, "T");
  EXPECT_TRUE(in_text.links_are_all);
  EXPECT_TRUE(action<WebCall>({.name = "web_search", .input = R"({"query":"how"})", .content = links}).links_are_all);
  const auto torn = action<WebCall>({.name = "WebSearch",
                                     .input = R"({"query":"how"})",
                                     .content = R"("Web search results for query:\nLinks: [{\"title\":")"});
  EXPECT_TRUE(torn.links.empty());
  EXPECT_FALSE(torn.links_are_all);
  const auto fetched = action<WebCall>({.name = "WebFetch", .input = R"({"url":"https://x/","prompt":"What?"})"});
  EXPECT_EQ(fetched.url, "https://x/");
  EXPECT_EQ(fetched.query, "What?");
}

TEST(ClaudeTool, McpByServerAndTool) {
  const auto mcp = action<McpCall>({.name = "mcp__linear__get__issue", .input = R"({"id":1})"});
  EXPECT_EQ(mcp.server, "linear");
  EXPECT_EQ(mcp.tool, "get__issue");
  EXPECT_EQ(claude_tool_kind("mcp__alone"), ToolKind::other);
  EXPECT_EQ(claude_tool_kind("Unheard"), ToolKind::other);
}

TEST(ClaudeTool, WhatHasAnotherShapeIsShownAsItIs) {
  for (const char* name :
       {"Bash", "BashOutput", "Edit", "MultiEdit", "Write", "NotebookEdit", "Read", "Grep", "LS", "TodoWrite",
        "TaskCreate", "TaskUpdate", "TaskList", "AskUserQuestion", "ExitPlanMode", "WebSearch", "WebFetch", "Unheard"})
    for (const char* input :
         {"{}", "7", "null", "\"x\"", "[[]]", R"({"file_path":7,"command":[],"todos":{},"plan":{}})"})
      for (const char* details : {"", "7", "\"x\"", "[{}]", R"({"file":"x","structuredPatch":{},"answers":[]})"}) {
        const Block block = load({.name = name, .input = input, .details = details});
        EXPECT_EQ(kind_of(block.tool->action), ToolKind::other) << name << input << details;
        EXPECT_EQ(block.tool->result, "done");
      }
}

TEST(ClaudeTool, DetailsOfSeveralResultsBelongToNone) {
  const std::string bytes =
      R"({"type":"assistant","sessionId":"s","uuid":"a","message":{"content":[)"
      R"({"type":"tool_use","id":"1","name":"Read","input":{"file_path":"one"}},)"
      R"({"type":"tool_use","id":"2","name":"Read","input":{"file_path":"two"}}]}})"
      "\n"
      R"({"type":"user","sessionId":"s","uuid":"b","toolUseResult":{"file":{"content":"of one of them"}},)"
      R"("message":{"content":[{"type":"tool_result","tool_use_id":"1","content":"1→first"},)"
      R"({"type":"tool_result","tool_use_id":"2","content":"1→second"}]}})"
      "\n";
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_claude(source, "s.jsonl", {}).value();
  ASSERT_EQ(outline.blocks.size(), 2u);
  const Block second = load_claude(source, outline.blocks[1], "s.jsonl").value();
  EXPECT_EQ(std::get<ReadCall>(second.tool->action).text, "second");
}

TEST(ClaudeTool, WhatHasTooManyLinesIsNoDiff) {
  std::string lines;
  for (int i = 0; i < 200'001; ++i) lines += "\\n";
  action<OtherCall>({.name = "Write", .input = R"({"file_path":"w","content":")" + lines + "\"}"});
  action<OtherCall>({.name = "Edit", .input = R"({"file_path":"w","old_string":"","new_string":")" + lines + "\"}"});
}

}  // namespace
}  // namespace panko
