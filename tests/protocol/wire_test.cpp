#include "protocol/wire.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace panko::protocol {
namespace {

namespace json = boost::json;

ShareInfo share() {
  return {.id = "1b4e28ba-2fa1-4d2b-883f-0016d3cca427",
          .session_path = "/home/ada/s.jsonl",
          .session_name = "Fix the \"parser\"",
          .public_url = "http://127.0.0.1:8080/s/t0ken/",
          .provider_name = "local",
          .local_port = 8080,
          .started_at = "2026-01-02T03:04:05Z",
          .status = "active",
          .expires_at = {},
          .error = {},
          .own_tunnel = {},
          .existing = {}};
}

constexpr std::string_view kShare =
    R"({"id":"1b4e28ba-2fa1-4d2b-883f-0016d3cca427","share_id":"1b4e28ba-2fa1-4d2b-883f-0016d3cca427",)"
    R"("session_path":"/home/ada/s.jsonl","session_name":"Fix the \"parser\"",)"
    R"("public_url":"http://127.0.0.1:8080/s/t0ken/","provider_name":"local","local_port":8080,)"
    R"("started_at":"2026-01-02T03:04:05Z","status":"active")";

// The bytes that existing clients read.

TEST(Wire, WritesAShareWithItsFieldsInOrder) {
  EXPECT_EQ(json::serialize(to_json(share())), std::string(kShare) + "}");
  ShareInfo full = share();
  full.expires_at = "2026-01-09T03:04:05Z";
  full.error = "gone";
  full.own_tunnel = true;
  full.existing = true;
  full.views = 3;
  full.last_viewed_at = "2026-01-03T03:04:05Z";
  full.live = true;
  EXPECT_EQ(json::serialize(to_json(full)),
            std::string(kShare) +
                R"(,"expires_at":"2026-01-09T03:04:05Z","error":"gone","own_tunnel":true,"existing":true,)"
                R"("views":3,"last_viewed_at":"2026-01-03T03:04:05Z","live":true})");
}

TEST(Wire, WritesLines) {
  EXPECT_EQ(reply_line("Pong"), "{\"status\":\"Pong\"}\n");
  EXPECT_EQ(reply_line("ShareStopped", share_id_params("x")),
            "{\"status\":\"ShareStopped\",\"data\":{\"share_id\":\"x\"}}\n");
  EXPECT_EQ(reply_line("ShareList", to_json_array(std::vector<ShareInfo>{})),
            "{\"status\":\"ShareList\",\"data\":[]}\n");
  EXPECT_EQ(error_line("No."), "{\"status\":\"Error\",\"data\":{\"message\":\"No.\"}}\n");
  EXPECT_EQ(request_line("Ping"), "{\"method\":\"Ping\"}\n");
  EXPECT_EQ(request_line("StopShare", share_id_params("x")),
            "{\"method\":\"StopShare\",\"params\":{\"share_id\":\"x\"}}\n");
  EXPECT_EQ(event_line(share()),
            "{\"status\":\"Event\",\"data\":{\"event\":\"share\",\"share\":" + std::string(kShare) + "}}}\n");
}

TEST(Wire, ALineIsOneLineOfUtf8WhateverTheTextHolds) {
  ShareInfo hostile = share();
  hostile.session_name = "a\nb\r\x1b[31m\xff\xe2\x80\xa8";
  const std::string line = event_line(hostile);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find("\xEF\xBF\xBD"), std::string::npos) << "the bad byte was replaced";
}

TEST(Wire, ReadsWhatItWrote) {
  ShareInfo full = share();
  full.error = "gone";
  full.views = 3;
  full.last_viewed_at = "2026-01-03T03:04:05Z";
  full.live = true;
  const auto read = from_json<ShareInfo>(to_json(full));
  ASSERT_TRUE(read);
  EXPECT_EQ(json::serialize(to_json(*read)), json::serialize(to_json(full)));

  const StartShare start{
      .session_path = "/s", .provider = "local", .expires = "7d", .own_tunnel = true, .bind = "10.0.0.1", .live = true};
  const auto start_read = from_json<StartShare>(to_json(start));
  ASSERT_TRUE(start_read);
  EXPECT_EQ(
      json::serialize(to_json(*start_read)),
      R"({"session_path":"/s","provider":"local","expires":"7d","own_tunnel":true,"bind":"10.0.0.1","live":true})");

  const auto update = from_json<UpdateShare>(to_json(UpdateShare{.share_id = "i", .freeze = true}));
  ASSERT_TRUE(update);
  EXPECT_EQ(json::serialize(to_json(*update)), R"({"share_id":"i","freeze":true})");
  EXPECT_EQ(json::serialize(to_json(UpdateShare{.share_id = "i"})), R"({"share_id":"i"})");

  const StatusInfo status{.pid = 7,
                          .version = "0.1.0",
                          .socket = "/s",
                          .started_at = "2026-01-02T03:04:05Z",
                          .shares = {{"active", 2}, {"error", 0}},
                          .views = 1,
                          .open_descriptors = 12,
                          .children = {9, 10},
                          .warnings = {"set aside"},
                          .default_provider = "local",
                          .tunnels = {{.provider = "ssh", .state = "backoff", .shares = 2, .reason = "down"}}};
  const auto status_read = from_json<StatusInfo>(to_json(status));
  ASSERT_TRUE(status_read);
  EXPECT_EQ(
      json::serialize(to_json(*status_read)),
      R"({"pid":7,"version":"0.1.0","protocol":1,"socket":"/s","started_at":"2026-01-02T03:04:05Z",)"
      R"("shares":{"active":2,"error":0},"views":1,"open_descriptors":12,"children":[9,10],)"
      R"("warnings":["set aside"],"default_provider":"local",)"
      R"("tunnels":[{"provider":"ssh","state":"backoff","pid":0,"shares":2,"reason":"down"}],"restart_due":false})");

  const ProviderInfo provider{.name = "cloudflare",
                              .description = "d",
                              .available = false,
                              .missing = "install it",
                              .is_public = true,
                              .mend = "apt install it",
                              .audience = "all",
                              .limits = "few",
                              .program = "cloudflared"};
  const auto provider_read = from_json<ProviderInfo>(to_json(provider));
  ASSERT_TRUE(provider_read);
  EXPECT_EQ(json::serialize(to_json(*provider_read)),
            R"({"name":"cloudflare","description":"d","available":false,"missing":"install it",)"
            R"("mend":"apt install it","public":true,"audience":"all","stable_url":false,"limits":"few",)"
            R"("program":"cloudflared"})");

  const auto hello = from_json<HelloInfo>(to_json(HelloInfo{.build = "1", .capabilities = {"views"}}));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->protocol, kVersion);
  EXPECT_EQ(hello->capabilities, std::vector<std::string>{"views"});

  const auto view = from_json<OpenView>(to_json(OpenView{.session_path = "/s", .port = 4000}));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->port, 4000);
  const auto opened = from_json<ViewInfo>(to_json(ViewInfo{.id = "i", .url = "u"}));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->url, "u");
}

/// What is written of a message that was read from these bytes.
template <class T>
std::string again(std::string_view bytes) {
  const auto read = from_json<T>(json::parse({bytes.data(), bytes.size()}));
  return read ? json::serialize(to_json(*read)) : read.error().message;
}

TEST(Wire, ReadsAndWritesEverythingOfSharingSafely) {
  const std::string full =
      std::string(kShare) +
      R"(,"viewers":2,"previews":5,"unmasked":true,"personal_shown":true,"secrets_masked":0,"personal_masked":7,)"
      R"("hidden":["tools"],"downloads":true,"password":true,"max_views":10})";
  EXPECT_EQ(again<ShareInfo>(full), full);
  for (const std::string_view start :
       {R"({"session_path":"/s"})",
        R"({"session_path":"/s","unmasked":true,"personal_shown":true,"hide":["thinking","steps"],"downloads":true,)"
        R"("password":"","max_views":0})"})
    EXPECT_EQ(again<StartShare>(start), start);
  for (const std::string_view update :
       {R"({"share_id":"i"})",
        R"({"share_id":"i","expires":"7d","password":"","max_views":0,"downloads":false,"hide":[]})"})
    EXPECT_EQ(again<UpdateShare>(update), update);
  for (const std::string_view stopped : {R"({"share_id":"i"})", R"({"share_id":"i","gone":"checked"})"})
    EXPECT_EQ(again<StoppedInfo>(stopped), stopped);
  for (const std::string_view scan : {R"({"session_path":"/s"})", R"({"session_path":"/s","personal_shown":true})"})
    EXPECT_EQ(again<Scan>(scan), scan);
  for (const std::string_view found :
       {R"({"findings":[],"secrets":0,"personal":0})",
        R"({"findings":[{"marker":"[redacted: x #1]","kind":"x","rule":"r","sample":"(9) x…","hash":"00",)"
        R"("personal":true,"allowed":true,"turn":3,"anchor":"a","where":"tool","context":"c","count":2}],)"
        R"("secrets":4,"personal":1,"left_out":6})"})
    EXPECT_EQ(again<ScanInfo>(found), found);
  EXPECT_EQ(again<ScanInfo>(R"({"findings":[{}]})"), "\"marker\" is missing.");
  EXPECT_EQ(again<AllowValue>(R"({"hash":"00"})"), R"({"hash":"00","allow":true})");
  EXPECT_EQ(again<AllowValue>(R"({"hash":"00","allow":false})"), R"({"hash":"00","allow":false})");
  for (const std::string_view words : {R"({})", R"({"add":["Acme"],"remove":["Umbrella"]})"})
    EXPECT_EQ(again<RedactWords>(words), words);
  EXPECT_EQ(words_from(to_words_json({"Acme", "Umbrella"})), (std::vector<std::string>{"Acme", "Umbrella"}));
  EXPECT_FALSE(words_from(json::object{}));
  for (const std::string_view audit : {R"({})", R"({"share_id":"i"})"}) EXPECT_EQ(again<Audit>(audit), audit);
  constexpr std::string_view kEntry =
      R"({"at":"2026-01-02T03:04:05Z","share_id":"i","session_name":"n","event":"stopped","detail":"d"})";
  EXPECT_EQ(again<AuditEntry>(kEntry), kEntry);
}

TEST(Wire, ReadsRequests) {
  auto request = parse_request(R"({"method":"Ping"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "Ping");
  EXPECT_TRUE(request->params.empty());
  EXPECT_TRUE(parse_request(" { \"method\" : \"Ping\" , \"params\" : null , \"new\" : [1] } \r"));
  request = parse_request(R"({"params":{"share_id":"x","later":1},"method":"StopShare"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(share_id_from(request->params), "x");
}

TEST(Wire, SaysWhatIsWrongWithARequest) {
  const std::string deep = R"({"method":"Ping","params":{"a":)" + std::string(100'000, '[');
  const std::pair<std::string, std::string> cases[]{
      {"", "The request is not a JSON object."},
      {"   ", "The request is not a JSON object."},
      {"Ping", "The request is not a JSON object."},
      {"[]", "The request is not a JSON object."},
      {"\"Ping\"", "The request is not a JSON object."},
      {R"({"method":"Ping"} x)", "The request is not a JSON object."},
      {R"({"method":"Ping"}{"method":"Ping"})", "The request is not a JSON object."},
      {R"({"method":"Ping")", "The request is not a JSON object."},
      {R"({"method":"\ud800"})", "The request is not a JSON object."},
      {std::string("{\"method\":\"Ping\0\"}", 18), "The request is not a JSON object."},
      {std::string(1000, '\0'), "The request is not a JSON object."},
      {deep, "The request is not a JSON object."},
      {"{}", "\"method\" is missing."},
      {R"({"method":1})", "\"method\" has to be a text."},
      {R"({"method":"Ping","params":[]})", "\"params\" has to be an object."},
      {R"({"method":"Ping","params":"x"})", "\"params\" has to be an object."},
  };
  for (const auto& [line, message] : cases) {
    const auto request = parse_request(line);
    ASSERT_FALSE(request) << line;
    EXPECT_EQ(request.error().message, message) << line.substr(0, 80);
  }
}

TEST(Wire, SaysWhatIsWrongWithParameters) {
  const std::pair<std::string_view, std::string_view> starts[]{
      {"{}", "\"session_path\" is missing."},
      {R"({"session_path":null})", "\"session_path\" is missing."},
      {R"({"session_path":["/s"]})", "\"session_path\" has to be a text."},
      {R"({"session_path":"/s\u0000x"})", "\"session_path\" has to be a text without NUL."},
      {R"({"session_path":"/s","provider":1})", "\"provider\" has to be a text."},
      {R"({"session_path":"/s","own_tunnel":"yes"})", "\"own_tunnel\" has to be true or false."},
      {R"({"session_path":"/s","expires":7})", "\"expires\" has to be a text."},
  };
  for (const auto& [params, message] : starts) {
    const auto read = from_json<StartShare>(json::parse({params.data(), params.size()}));
    ASSERT_FALSE(read) << params;
    EXPECT_EQ(read.error().message, message);
  }
  for (const std::string_view port : {"-1", "65536", "1.5", "\"80\"", "1e3", "99999999999999999999", "true"}) {
    const auto read = from_json<OpenView>(json::parse("{\"session_path\":\"/s\",\"port\":" + std::string(port) + "}"));
    ASSERT_FALSE(read) << port;
    EXPECT_EQ(read.error().message, "\"port\" has to be a whole number from 0 to 65535.") << port;
  }
  EXPECT_FALSE(from_json<StartShare>(json::value("text")));
  EXPECT_FALSE(share_id_from(json::value()));
}

TEST(Wire, ReadsRepliesOfOtherBuilds) {
  const auto reply = parse_reply(R"({"status":"Pong","since":"later"})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, "Pong");
  EXPECT_TRUE(reply->data.is_null());
  EXPECT_FALSE(parse_reply("garbage"));
  EXPECT_FALSE(parse_reply("{}"));
  EXPECT_TRUE(from_json<ShareInfo>(json::parse(std::string(kShare) + R"(,"new":{}})")));
  EXPECT_FALSE(from_json<ShareInfo>(json::parse(R"({"id":"x"})")));
  EXPECT_EQ(error_message_from(json::parse(R"({"message":"No."})")), "No.");
  EXPECT_EQ(error_message_from(json::value()), "The daemon refused without a reason.");
}

TEST(Wire, ReadsEvents) {
  const auto share_event = parse_reply(event_line(share()));
  ASSERT_TRUE(share_event);
  const auto changed = event_share_from(share_event->data).value_or(std::nullopt).value_or(ShareInfo{});
  EXPECT_EQ(changed.session_path, "/home/ada/s.jsonl");
  EXPECT_EQ(event_share_from(json::parse(R"({"event":"weather"})")).value(), std::nullopt);
  EXPECT_FALSE(event_share_from(json::parse(R"({"event":"share"})")));
  EXPECT_FALSE(event_share_from(json::value()));
}

TEST(Wire, ReadsLists) {
  EXPECT_EQ(list_from_json<ShareInfo>(to_json_array(std::vector{share(), share()}))->size(), 2);
  EXPECT_FALSE(list_from_json<ShareInfo>(json::object{}));
  EXPECT_FALSE(list_from_json<ShareInfo>(json::array{1}));
}

}  // namespace
}  // namespace panko::protocol
