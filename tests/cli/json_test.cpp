#include "cli/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "base/clock.hpp"
#include "edition/export.hpp"
#include "protocol/wire.hpp"
#include "tests/catalog/home.hpp"
#include "tests/support/project_files.hpp"

namespace panko::cli {
namespace {

namespace json = boost::json;
using Names = std::set<std::string>;
using testing_support::Home;

/// The fields that docs/json.md documents in tables between `heading` and the next heading of that level.
/// `table`: which one of them.
Names documented(const std::string& heading, int table = 1) {
  std::ifstream page(test::project_file("docs/json.md"));
  Names names;
  bool here = false;
  int tables = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) here = line == "## " + heading;
    if (!here) continue;
    if (line.starts_with("| field")) ++tables;
    if (tables == table && line.starts_with("| `")) names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  EXPECT_FALSE(names.empty()) << heading;
  return names;
}

Names names_of(const json::object& object) {
  Names names;
  for (const auto& [name, value] : object) {
    names.insert(std::string(name));
    EXPECT_FALSE(value.is_null()) << name;
  }
  return names;
}

Names operator-(Names names, const Names& others) {
  for (const std::string& other : others) names.erase(other);
  return names;
}

TEST(Json, AShareIsAsDocumented) {
  protocol::ShareInfo share;
  share.expires_at = "2026-01-02T03:04:05Z";
  share.error = "gone";
  share.own_tunnel = true;
  share.existing = true;
  share.views = 3;
  share.last_viewed_at = "2026-01-03T03:04:05Z";
  share.previous_url = "https://old.example/s/t/";
  share.url_changed_at = "2026-01-03T03:04:05Z";
  share.tunnel = "ready";
  share.live = true;
  share.viewers = 1;
  share.previews = 2;
  share.unmasked = true;
  share.personal_shown = true;
  share.secrets_masked = 12;
  share.personal_masked = 3;
  share.hidden = {"tools"};
  share.downloads = true;
  share.password = true;
  share.max_views = 3;
  EXPECT_EQ(names_of(protocol::to_json(share)), documented("panko share --json"));
}

TEST(Json, AnAbsentValueIsLeftOut) {
  EXPECT_EQ(names_of(protocol::to_json(protocol::ShareInfo{})),
            (Names{"id", "share_id", "session_path", "session_name", "public_url", "provider_name", "local_port",
                   "started_at", "status"}));
}

TEST(Json, AListedSessionIsAsDocumented) {
  SessionEntry session{.path = "/a/b.jsonl",
                       .agent = all_agents()[0],
                       .size = 12,
                       .modified_at = *from_iso8601("2026-10-16T09:12:05Z"),
                       .digest = {},
                       .project = "fernwatch",
                       .unreadable = {}};
  session.digest.facts = {.id = "x",
                          .title = "Water the fern",
                          .cwd = "/src/fernwatch",
                          .git_branch = "main",
                          .started_at = from_iso8601("2026-10-16T09:12:04.210Z"),
                          .ended_at = from_iso8601("2026-10-16T09:12:05Z"),
                          .models = {"claude-x"},
                          .usage = {.input_tokens = 5}};
  session.digest.messages = 2;
  session.digest.tools = {{.name = "Bash", .calls = 3}};
  session.digest.first_prompt = "Water the fern";
  session.digest.last_answer = "Done.";
  const json::object object = session_json(session);
  EXPECT_EQ(names_of(object), documented("panko list --json") - Names{"unreadable"});
  SessionEntry foreign = session;
  foreign.unreadable = "panko cannot read it yet.";
  EXPECT_EQ(names_of(session_json(foreign)), documented("panko list --json"));
  EXPECT_EQ(object.at("agent"), "claude");
  EXPECT_EQ(object.at("project"), "fernwatch");
  EXPECT_EQ(object.at("started_at"), "2026-10-16T09:12:04.210Z");
  EXPECT_EQ(object.at("messages"), 2);
  EXPECT_EQ(to_text(object.at("tools")), R"([{"name":"Bash","calls":3}])");
  EXPECT_EQ(names_of(object.at("usage").as_object()),
            (Names{"input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"}));
}

TEST(Json, AHitIsAsDocumented) {
  SessionEntry session;
  session.path = "/a/b.jsonl";
  session.agent = all_agents()[0];
  session.project = "fernwatch";
  session.digest.facts.id = "x";
  session.digest.facts.title = "Water the fern";
  SearchHit hit;
  hit.session = std::make_shared<const SessionEntry>(session);
  hit.anchor = "a1";
  hit.time = from_iso8601("2026-10-16T09:12:05Z");
  hit.line = "Fern and \x1b fern";
  hit.marks = {{0, 4}, {11, 4}};
  const json::object object = hit_json(hit);
  EXPECT_EQ(names_of(object), documented("panko search --json"));
  EXPECT_EQ(to_text(object.at("matches")), R"(["Fern","fern"])");
  EXPECT_EQ(to_text(object.at("line")), R"("Fern and \u001b fern")");
}

TEST(Json, AScanIsAsDocumented) {
  const protocol::FindingInfo finding{.marker = "[redacted: jwt #1]",
                                      .kind = "jwt",
                                      .rule = "jwt",
                                      .sample = "eyJ…",
                                      .hash = "aa",
                                      .personal = true,
                                      .allowed = true,
                                      .turn = 1,
                                      .anchor = "a1",
                                      .where = "tool",
                                      .context = "x",
                                      .count = 2};
  protocol::FindingInfo masked = finding;
  masked.allowed = false;
  masked.hash = "bb";
  const json::object object = scan_json({.findings = {finding, masked}, .secrets = 0, .personal = 1, .left_out = 0});
  EXPECT_EQ(names_of(object), documented("panko scan --json"));
  EXPECT_EQ(names_of(object.at("findings").at(0).as_object()), documented("panko scan --json", 2));
  EXPECT_EQ(names_of(object.at("findings").at(1).as_object()), documented("panko scan --json", 2) - Names{"allowed"});
  EXPECT_EQ(names_of(object.at("counts").as_object()), documented("panko scan --json", 3));
  EXPECT_EQ(object.at("counts").at("kinds"), (json::object{{"jwt", 1}}));
}

TEST(Json, AnAuditEntryIsAsDocumented) {
  EXPECT_EQ(names_of(protocol::to_json(protocol::AuditEntry{
                .at = "t", .share_id = "s", .session_name = "n", .event = "started", .detail = "d"})),
            documented("panko audit --json"));
}

TEST(Json, AProviderIsAsDocumented) {
  EXPECT_EQ(names_of(protocol::to_json(protocol::ProviderInfo{.name = "x",
                                                              .description = "y",
                                                              .available = false,
                                                              .missing = "z",
                                                              .mend = "install x",
                                                              .audience = "anyone",
                                                              .limits = "few",
                                                              .program = "x"})),
            documented("panko providers --json"));
}

TEST(Json, TheStatusIsAsDocumented) {
  protocol::StatusInfo status;
  status.shares = {{"active", 2}, {"error", 0}};
  status.default_provider = "local";
  status.search_path = "/usr/bin";
  status.program = "/usr/bin/panko";
  status.tunnels = {
      {.provider = "ssh", .state = "backoff", .url = "u", .reason = "r", .next_try_at = "t", .share_id = "s"}};
  const json::object object = serve_status_json(status);
  EXPECT_EQ(names_of(object), documented("panko serve-status --json"));
  EXPECT_EQ(names_of(object.at("tunnels").at(0).as_object()), documented("panko serve-status --json", 2));
  EXPECT_EQ(object.at("shares").at("active"), 2);
  EXPECT_EQ(to_text(serve_status_json(std::nullopt)), "{\"running\":false}");
}

TEST(Json, ADiagnosisIsAsDocumented) {
  const json::object object = doctor_json({{.level = Level::problem, .check = "state", .sentence = "x", .mend = "y"},
                                           {.level = Level::warning, .check = "log", .sentence = "x"},
                                           {.check = "curl", .sentence = "x"}});
  EXPECT_EQ(names_of(object), documented("panko doctor --json"));
  EXPECT_EQ(object.at("problems"), 1);
  EXPECT_EQ(object.at("warnings"), 1);
  const Names all = documented("panko doctor --json", 2);
  EXPECT_EQ(names_of(object.at("checks").at(0).as_object()), all);
  EXPECT_EQ(names_of(object.at("checks").at(2).as_object()), all - Names{"mend"});
  EXPECT_EQ(object.at("checks").at(2).at("level"), "ok");
}

TEST(Json, ACheckIsAsDocumented) {
  const Names all = documented("panko check --json");
  EXPECT_EQ(names_of(check_json("a.jsonl", CheckReport{.id = "x", .agent = "claude"})), all - Names{"error"});
  EXPECT_EQ(names_of(check_json("a.jsonl", fail("no"))), (Names{"path", "error"}));
}

std::string slurp(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

json::object exported(const std::filesystem::path& path) {
  std::string text;
  EXPECT_TRUE(export_session(path, ExportFormat::json, {}, [&](std::string_view chunk) {
    text += chunk;
    return true;
  }));
  return json::parse(text).as_object();
}

/// Every field of every block, tool and branch that the session shows.
void collect(const json::array& blocks, Names& of_blocks, Names& of_tools, Names& kinds) {
  for (const json::value& value : blocks) {
    const json::object& block = value.as_object();
    of_blocks.merge(names_of(block));
    kinds.insert(std::string(block.at("kind").as_string()));
    if (const auto* tool = block.if_contains("tool")) of_tools.merge(names_of(tool->as_object()));
    if (const auto* inner = block.if_contains("blocks")) collect(inner->as_array(), of_blocks, of_tools, kinds);
  }
}

TEST(Json, AShownSessionIsAsDocumented) {
  const Home home;
  // The bundled sample, and a sub-agent that has its say.
  const auto path = home.add_session("11111111-1111-4111-8111-111111111111", "/src/fernwatch", "x", 0);
  std::string text = slurp(test::project_file("share/panko/sample-session.jsonl"));
  const std::string head =
      R"({"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/src/fernwatch","sessionId":)"
      R"("5d0c6a1e-3b7f-4c1a-9e52-7a1f0be4c0de","version":"2.1.0","gitBranch":"main","timestamp":"2026-10-16T10:00:00Z",)";
  text += head + R"("type":"assistant","uuid":"bbbbbbbb-0000-4000-8000-000000000001","message":{"id":"msg_x","role":)"
                 R"("assistant","model":"claude-x","content":[{"type":"tool_use","id":"toolu_x","name":"Task","input":)"
                 R"({"description":"Look","prompt":"Look at the fern.","subagent_type":"Explore"}}]}})"
                 "\n";
  text += head + R"("type":"user","uuid":"bbbbbbbb-0000-4000-8000-000000000002","message":{"role":"user","content":)"
                 R"([{"type":"tool_result","tool_use_id":"toolu_x","content":"It is green."}]},"toolUseResult":)"
                 R"({"agentId":"abc12345","status":"completed","prompt":"Look at the fern."}})"
                 "\n";
  std::ofstream(path) << text;
  const auto side = path.parent_path() / path.stem() / "subagents";
  std::filesystem::create_directories(side);
  std::ofstream(side / "agent-abc12345.jsonl")
      << R"({"parentUuid":null,"isSidechain":true,"agentId":"abc12345","userType":"external","cwd":"/src/fernwatch",)"
         R"("sessionId":"5d0c6a1e-3b7f-4c1a-9e52-7a1f0be4c0de","version":"2.1.0","timestamp":"2026-10-16T10:00:00Z",)"
         R"("type":"user","uuid":"cccccccc-0000-4000-8000-000000000001","message":{"role":"user","content":"Look."}})"
         "\n";

  const json::object session = exported(path);
  const std::string heading = "panko show SESSION --format json";
  EXPECT_EQ(names_of(session), documented(heading));
  Names of_blocks;
  Names of_tools;
  Names kinds;
  collect(session.at("blocks").as_array(), of_blocks, of_tools, kinds);
  EXPECT_EQ(of_blocks, documented(heading, 2));
  const std::string page = slurp(test::project_file("docs/json.md"));
  EXPECT_EQ(of_tools, (Names{"id", "name", "kind", "input", "result", "is_error"}));
  EXPECT_EQ(kinds, (Names{"user", "assistant", "thinking", "tool", "subagent"}));
  Names used = names_of(session.at("usage").as_object());
  EXPECT_EQ(used, (Names{"input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"}));
  used.merge(of_tools);
  used.merge(kinds);
  for (const std::string& name : used) EXPECT_THAT(page, testing::HasSubstr('`' + name + '`'));
}

TEST(Json, EscapesWhatCouldDriveATerminal) {
  const std::string hostile = "a\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81 ä🌿";
  const std::string text = to_text(json::object{{"a", hostile}});
  for (const char c : text) EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7f);
  EXPECT_THAT(text, testing::HasSubstr("\\u007f\\u009b\\u202e\\udb40\\udc41 ä🌿"));
  EXPECT_EQ(json::parse(text).at("a").as_string(), hostile);
}

}  // namespace
}  // namespace panko::cli
