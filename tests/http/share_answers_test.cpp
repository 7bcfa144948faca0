// The gate and who looks, over real sockets.
#include "http/share_answers.hpp"

#include <gmock/gmock.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <thread>

#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr std::string_view kJson = "Content-Type: application/json\r\n";
constexpr std::string_view kPassword = "made+up+for+tests";  // as a form sends it

/// Of kPassword, at a cost that a test can pay hundreds of times.
std::string cheap_hash() {
  static const std::string hash = [] {
    const std::string_view password = "made up for tests";
    std::array<char, crypto_pwhash_STRBYTES> text{};
    EXPECT_EQ(crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN,
                                crypto_pwhash_MEMLIMIT_MIN),
              0);
    return std::string(text.data());
  }();
  return hash;
}

class GateTest : public Serving {
 protected:
  void SetUp() override { session_.append("a secret plan", "an answer"); }

  MountedSession session(std::string password_hash, bool counts_views, char key = 'k') {
    return {.path = session_.path(),
            .snapshot = take_snapshot(session_.path()).value(),
            .context = {},
            .on_health = {},
            .on_request = {},
            .gate = Gate{
                .key = std::string(32, key), .password_hash = std::move(password_hash), .counts_views = counts_views}};
  }
  std::string mount_gated(std::string password_hash, bool counts_views) {
    const auto token = random_token();
    mount_at(token, session(std::move(password_hash), counts_views));
    return "/s/" + token + "/";
  }
  HttpResponse unlock(const std::string& base, std::string_view password, std::string_view fields = {}) const {
    return post(base + "unlock", fmt::format("password={}", password), std::string(kForm) + std::string(fields));
  }
  static std::string cookie_of(const HttpResponse& response) {
    const auto cookie = response.field("Set-Cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }
  std::string opened(const std::string& base) const {
    const auto response = post(base + "open", "");
    EXPECT_EQ(response.status, 303);
    return cookie_of(response);
  }

  /// Everything that tells something of the session, but the page.
  static std::vector<std::string> other_places() {
    const auto anchor = SessionFile::uuid(0);
    return {"w", "w?last", "find?q=secret", "i/" + anchor + "/0", "download?format=md", "nowhere"};
  }
  static std::vector<std::string> pages() {
    const auto anchor = SessionFile::uuid(0);
    return {"", "?from=" + anchor, "?last", "b/" + anchor, "r/" + anchor, "files", "download"};
  }

  SessionFile session_;
};

TEST_F(GateTest, WithoutOneThereIsNoCookie) {
  start();
  const auto base = "/s/" + mount(session_.path()) + "/";
  EXPECT_EQ(get(base).field("Set-Cookie"), "");
  const auto open = post(base + "open", "");
  EXPECT_EQ(open.status, 303);
  EXPECT_EQ(open.field("Location"), "./");
  EXPECT_EQ(open.field("Set-Cookie"), "");
}

TEST_F(GateTest, NothingIsShownToWhoWasNotLetIn) {
  start();
  views_left_ = 100;
  for (const bool has_password : {true, false}) {
    const auto base = mount_gated(has_password ? cheap_hash() : "", !has_password);
    const std::string no_cookie;
    const std::string forged = "Cookie: entry=" + std::string(27, 'x') + "." + std::string(64, '0') + "\r\n";
    for (const auto& cookie : {no_cookie, forged}) {
      for (const auto& page : pages()) {
        const auto form = get(base + page, cookie);
        EXPECT_EQ(form.status, has_password ? 401 : 200) << page;
        EXPECT_THAT(form.body,
                    AllOf(HasSubstr("<form method=\"post\""), Not(HasSubstr("secret")), Not(HasSubstr("<script"))))
            << page;
        EXPECT_EQ(form.field("Cache-Control"), "no-store");
        EXPECT_EQ(form.field("Set-Cookie"), "");
      }
      for (const auto& place : other_places()) EXPECT_EQ(get(base + place, cookie).status, 401) << place;
      EXPECT_EQ(post(base + "live", R"({"pages":[]})", std::string(kJson) + cookie).status, 401);
      EXPECT_EQ(post(base + "seen", R"({"visit":"0123456789abcdef"})", std::string(kJson) + cookie).status, 401);
    }
    auto client = connect();
    client.send_request(base, {}, "HEAD");
    EXPECT_EQ(client.receive(false).status, has_password ? 401 : 200);
  }
  EXPECT_EQ(heard_.opened, 0U) << "looking at the form spends nothing";
  EXPECT_EQ(heard_.views, 0U);
}

TEST_F(GateTest, TheFormHasItsStyle) {
  start();
  const auto base = mount_gated(cheap_hash(), false);
  const auto form = get(base + "b/" + SessionFile::uuid(0));
  const auto begin = form.body.find("href=\"../a/") + 9;
  const auto style = get(base + form.body.substr(begin, form.body.find('"', begin) - begin));
  EXPECT_EQ(style.status, 200);
  EXPECT_EQ(style.field("Content-Type"), "text/css; charset=utf-8");
}

TEST_F(GateTest, TheRightPasswordLetsIn) {
  start();
  const auto base = mount_gated(cheap_hash(), false);
  const auto wrong = unlock(base, "something+else");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_THAT(wrong.body, AllOf(HasSubstr("That is not the password."), HasSubstr("<form method=\"post\"")));
  EXPECT_EQ(wrong.field("Set-Cookie"), "");
  EXPECT_EQ(unlock(base, "").status, 401);
  EXPECT_EQ(post(base + "open", "").status, 401) << "opening alone is not enough";

  const auto right = unlock(base, kPassword);
  EXPECT_EQ(right.status, 303);
  EXPECT_EQ(right.field("Location"), "./");
  EXPECT_EQ(right.field("Cache-Control"), "no-store");
  const auto cookie = cookie_of(right);
  EXPECT_THAT(get(base, cookie).body, HasSubstr("a secret plan"));
  EXPECT_EQ(get(base + "w", cookie).status, 200);
  EXPECT_EQ(get(base + "find?q=secret", cookie).status, 200);
  EXPECT_EQ(get(base + "b/" + SessionFile::uuid(0), cookie).status, 200);
  EXPECT_EQ(unlock(base, "something+else", cookie).status, 303) << "who has the cookie need not know it again";
}

TEST_F(GateTest, LeadsToThePlaceThatWasAskedFor) {
  start();
  const auto base = mount_gated(cheap_hash(), false);
  const auto anchor = SessionFile::uuid(1);
  EXPECT_THAT(get(base + "?from=" + anchor).body, HasSubstr("action=\"unlock?from=" + anchor + "\""));
  EXPECT_THAT(get(base + "b/" + anchor).body, HasSubstr("action=\"../unlock?from=" + anchor + "\""));
  const auto right = post(base + "unlock?from=" + anchor, fmt::format("password={}", kPassword), kForm);
  EXPECT_EQ(right.field("Location"), "./?from=" + anchor + "#" + anchor);
  const auto hostile = post(base + "unlock?from=%0d%0aX:%20y%22", fmt::format("password={}", kPassword), kForm);
  EXPECT_EQ(hostile.status, 303);
  EXPECT_EQ(hostile.field("X"), "");
  EXPECT_THAT(hostile.field("Location"), HasSubstr("%0D%0A"));
}

TEST_F(GateTest, CookiesAreWorthNothingElsewhere) {
  start();
  const auto one = mount_gated(cheap_hash(), false);
  const auto other = mount_gated(cheap_hash(), false);
  const auto cookie = cookie_of(unlock(one, kPassword));
  EXPECT_EQ(get(one, cookie).status, 200);
  EXPECT_EQ(get(other, cookie).status, 401);
}

TEST_F(GateTest, AnotherPasswordPutsEverybodyOut) {
  start();
  const auto token = random_token();
  const auto base = "/s/" + token + "/";
  mount_at(token, session(cheap_hash(), false));
  const auto cookie = cookie_of(unlock(base, kPassword));
  EXPECT_EQ(get(base, cookie).status, 200);
  mount_at(token, session(cheap_hash(), false));
  EXPECT_EQ(get(base, cookie).status, 200) << "another expiry puts nobody out";
  mount_at(token, session(hash_password("another one"), false));
  EXPECT_EQ(get(base, cookie).status, 401);
  EXPECT_EQ(unlock(base, kPassword, cookie).status, 401);
  EXPECT_EQ(unlock(base, "another+one", cookie).status, 303);
  mount_at(token, session(cheap_hash(), false, 'l'));
  EXPECT_EQ(get(base, cookie).status, 401) << "another key";
}

TEST_F(GateTest, LiveStreamsEndWithThePassword) {
  start();
  const auto token = random_token();
  const auto base = "/s/" + token + "/";
  auto live = session(cheap_hash(), false);
  live.snapshot.reset();
  mount_at(token, live);
  const auto cookie = cookie_of(unlock(base, kPassword));
  const auto body = fmt::format(R"({{"pages":[{{"token":"{}","version":"1"}}],"mode":"stream"}})", token);
  auto stream = connect();
  stream.send_request(base + "live", fmt::format("Content-Length: {}\r\n{}", body.size(), cookie), "POST");
  stream.send(body);
  EXPECT_EQ(stream.receive(false).status, 200);
  EXPECT_EQ(stream.line(), "{\"beat\":true}");
  live.gate->password_hash = hash_password("another one");
  mount_at(token, live);
  while (!stream.line().empty()) {
  }
  EXPECT_EQ(post(base + "live", body, cookie).status, 401);
}

TEST_F(GateTest, NobodyFollowsAShareThroughAnotherOne) {
  start();
  const auto hidden = random_token();
  auto live = session(cheap_hash(), false);
  live.snapshot.reset();
  mount_at(hidden, live);
  const auto open = mount(session_.path());
  const auto body = fmt::format(R"({{"pages":[{{"token":"{}","version":"1"}}],"mode":"stream"}})", hidden);
  auto stream = connect();
  stream.send_request("/s/" + open + "/live", fmt::format("Content-Length: {}\r\n", body.size()), "POST");
  stream.send(body);
  EXPECT_EQ(stream.receive(false).status, 200);
  EXPECT_EQ(stream.line(), "{\"beat\":true}");
  EXPECT_EQ(stream.line(), fmt::format(R"({{"page":"{}","ended":"stopped"}})", hidden));
  EXPECT_EQ(stream.line(), "");
}

TEST_F(GateTest, ViewsAreSpentByOpeningAlone) {
  start();
  views_left_ = 2;
  const auto base = mount_gated("", true);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(base).status, 200);
  const auto first = opened(base);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(get(base, first).body, HasSubstr("a secret plan"));
  EXPECT_EQ(post(base + "open", "", first).status, 303) << "again, by who is in already";
  EXPECT_EQ(heard_.opened, 1U);
  const auto second = opened(base);
  EXPECT_NE(first, second);
  for (const auto& page : pages()) EXPECT_EQ(get(base + page).status, 410) << page;
  for (const auto& place : other_places()) EXPECT_EQ(get(base + place).status, 410) << place;
  EXPECT_EQ(post(base + "open", "").status, 410);
  EXPECT_EQ(get(base, first).status, 200);
  EXPECT_EQ(get(base, second).status, 200);
  EXPECT_EQ(heard_.opened, 2U);
}

TEST_F(GateTest, NoMoreViewsThanThereAreHoweverManyOpenAtOnce) {
  start();
  views_left_ = 7;
  const auto base = mount_gated("", true);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(connect());
    clients.back().send_request(base + "open", "Content-Length: 0\r\n", "POST");
  }
  std::size_t let_in = 0;
  for (auto& client : clients) let_in += client.receive().status == 303 ? 1 : 0;
  EXPECT_EQ(let_in, 7U);
  EXPECT_EQ(heard_.opened, 7U);
}

TEST_F(GateTest, AWrongPasswordSpendsNoView) {
  start();
  views_left_ = 1;
  const auto base = mount_gated(cheap_hash(), true);
  EXPECT_EQ(unlock(base, "wrong").status, 401);
  EXPECT_EQ(heard_.opened, 0U);
  EXPECT_EQ(unlock(base, kPassword).status, 303);
  EXPECT_EQ(heard_.opened, 1U);
  EXPECT_EQ(unlock(base, kPassword).status, 410);
}

TEST_F(GateTest, TriesAreLimitedForAllTogether) {
  start();
  const auto base = mount_gated(cheap_hash(), false);
  const auto cookie = cookie_of(unlock(base, kPassword));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(unlock(base, fmt::format("wrong{}", i)).status, 401) << i;
  const auto refused = unlock(base, kPassword);
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("Too many passwords"), HasSubstr("<form method=\"post\"")));
  const auto wait = std::stoi(refused.field("Retry-After"));
  EXPECT_GE(wait, 1);
  EXPECT_LE(wait, 6);
  EXPECT_EQ(get(base, cookie).status, 200) << "who is in stays in";
  EXPECT_EQ(get(base).status, 401) << "the form is no try";
  EXPECT_EQ(unlock(mount_gated(cheap_hash(), false), kPassword).status, 303) << "another share has its own";
}

TEST_F(GateTest, TakesPostsOnlyWhereTheyBelong) {
  start();
  const auto base = "/s/" + mount(session_.path()) + "/";
  for (const auto* place : {"open", "unlock", "seen", "live"}) {
    const auto got = get(base + place);
    EXPECT_EQ(got.status, 405) << place;
    EXPECT_EQ(got.field("Allow"), "POST") << place;
  }
  for (const auto* place : {"", "w", "find?q=x", "files", "download", "download?format=md", "a/x.css", "nowhere"}) {
    const auto posted = post(base + place, "");
    EXPECT_EQ(posted.status, 405) << place;
    EXPECT_EQ(posted.field("Allow"), "GET, HEAD") << place;
  }
  EXPECT_EQ(post("/s/" + random_token() + "/open", "").status, 404);
  const auto ended = random_token();
  on_loop([&] { server_->add_ended(sha256(ended)); });
  for (const auto* place : {"open", "unlock", "seen"}) EXPECT_EQ(post("/s/" + ended + "/" + place, "").status, 410);
}

TEST_F(GateTest, BodiesAreBounded) {
  start();
  const auto base = mount_gated(cheap_hash(), false);
  EXPECT_EQ(unlock(base, std::string(4096 - 9, 'x')).status, 401);
  EXPECT_EQ(unlock(base, std::string(4096 - 8, 'x')).status, 413);
  EXPECT_EQ(post(base + "open", "x").status, 413);
  EXPECT_EQ(post(base + "unlock", "password=x", "Content-Type: text/plain\r\n").status, 400);
  EXPECT_EQ(post(base + "unlock", "nothing", kForm).status, 400);
  const auto open = "/s/" + mount(session_.path()) + "/";
  EXPECT_EQ(post(open + "seen", std::string(256, ' '), kJson).status, 400);
  EXPECT_EQ(post(open + "seen", std::string(257, ' '), kJson).status, 413);
}

TEST_F(GateTest, AnEndedShareIsGoneForThoseWhoAreInToo) {
  start();
  const auto token = random_token();
  const auto base = "/s/" + token + "/";
  mount_at(token, session(cheap_hash(), false));
  const auto cookie = cookie_of(unlock(base, kPassword));
  on_loop([&] { server_->end(token); });
  for (const auto& page : pages()) EXPECT_EQ(get(base + page, cookie).status, 410) << page;
  for (const auto& place : other_places()) EXPECT_EQ(get(base + place, cookie).status, 410) << place;
  for (const auto* place : {"a/x.css", "open", "unlock", "seen", "live"}) {
    EXPECT_EQ(get(base + place, cookie).status, 410) << place;
    EXPECT_EQ(get(base + place).status, 410) << place;
  }
  EXPECT_EQ(unlock(base, kPassword).status, 410);
}

TEST_F(GateTest, LooksAreCountedOnceEach) {
  start();
  const auto token = mount(session_.path());
  const auto seen = "/s/" + token + "/seen";
  for (int i = 0; i < 2; ++i) {
    const auto answer = post(seen, R"({"visit":"made-up-visit-0001"})", kJson);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.field("Content-Length"), "");
  }
  EXPECT_EQ(post(seen, R"({"visit":"made-up-visit-0002"})", kJson).status, 204);
  EXPECT_EQ(post(seen, R"({"visit":"made-up-visit-0003","again":true})", kJson).status, 204);
  EXPECT_EQ(post(seen, R"({"visit":"short"})", kJson).status, 400);
  EXPECT_EQ(post(seen, "", kJson).status, 400);
  EXPECT_EQ(heard_.views, 2U);
  EXPECT_THAT(heard_.viewers, ElementsAre(1, 2, 3));

  mount_at(token, session_.path());  // as after a change of the share
  EXPECT_EQ(post(seen, R"({"visit":"made-up-visit-0002"})", kJson).status, 204);
  EXPECT_EQ(heard_.views, 2U) << "its page has been open all the time";
  EXPECT_THAT(heard_.viewers, ElementsAre(1, 2, 3, 3));
}

TEST_F(GateTest, WhoLeftDoesNotLook) {
  start({.viewer_time = milliseconds(50)});
  const auto base = "/s/" + mount(session_.path()) + "/";
  EXPECT_EQ(post(base + "seen", R"({"visit":"made-up-visit-0001"})", kJson).status, 204);
  EXPECT_TRUE(heard_.wait_until([](const Heard& heard) { return heard.viewers.size() == 2; }));
  EXPECT_THAT(heard_.viewers, ElementsAre(1, 0));
}

TEST_F(GateTest, LoadsOfTheFormCountAndTheWayInCountsOnce) {
  start();
  views_left_ = 10;
  const auto base = mount_gated("", true);
  EXPECT_EQ(get(base).status, 200);  // a preview
  EXPECT_EQ(get(base).status, 200);  // a person
  const auto cookie = opened(base);
  EXPECT_EQ(get(base, cookie).status, 200);
  EXPECT_EQ(heard_.load_count(), 2U);
  EXPECT_EQ(get(base, cookie).status, 200);
  EXPECT_EQ(heard_.load_count(), 3U) << "loaded again";
}

}  // namespace
}  // namespace panko::test
