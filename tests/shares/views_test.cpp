#include "shares/views.hpp"

#include <regex>

#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;

class ViewsTest : public SharesTest {
 protected:
  struct Address {
    std::uint16_t port;
    std::string path;
  };
  static Address address_of(const View& view) {
    std::smatch match;
    if (!std::regex_match(view.url, match, std::regex("http://127\\.0\\.0\\.1:([0-9]+)(/s/.*/)"))) return {};
    return {static_cast<std::uint16_t>(std::stoi(match[1])), match[2]};
  }
  Answer visit(const View& view) {
    const auto [port, path] = address_of(view);
    return get(port, path);
  }
};

TEST_F(ViewsTest, ShowsTheSessionAsItIsNow) {
  const View view = run(service().open_view(session_, std::nullopt));
  EXPECT_EQ(service().view_count(), 1U);
  EXPECT_THAT(visit(view).text, HasSubstr("First prompt"));
  write_file(session_, session_text("11111111-1111-4111-8111-111111111111", "Second prompt"));
  EXPECT_THAT(visit(view).text, HasSubstr("Second prompt"));
  EXPECT_TRUE(service().list().empty()) << "a view is no share";
}

TEST_F(ViewsTest, ClosedItIsGone) {
  const View view = run(service().open_view(session_, std::nullopt));
  service().close_view(view.id);
  service().close_view("nobody");
  EXPECT_EQ(service().view_count(), 0U);
  EXPECT_EQ(visit(view).status, 0U);
}

TEST_F(ViewsTest, AtThePortThatWasAskedForOrNotAtAll) {
  asio::ip::tcp::acceptor probe(loop_, {asio::ip::address_v4::loopback(), 0});
  const auto port = probe.local_endpoint().port();
  EXPECT_THAT(failure_of(service().open_view(session_, port)), HasSubstr(fmt::format("Port {} is taken", port)));
  EXPECT_EQ(service().view_count(), 0U);
  probe.close();
  EXPECT_EQ(address_of(run(service().open_view(session_, port))).port, port);
}

TEST_F(ViewsTest, WhatIsNoSessionIsRefused) {
  EXPECT_THAT(failure_of(service().open_view(scratch_ / "none.jsonl", std::nullopt)), HasSubstr("none.jsonl"));
  EXPECT_EQ(service().view_count(), 0U);
}

TEST_F(ViewsTest, EndsAWhileAfterItsLastRequest) {
  seams_.view_idle = 300ms;
  const View view = run(service().open_view(session_, std::nullopt));
  run_for(200ms);
  EXPECT_EQ(visit(view).status, 200U);
  const auto last = std::chrono::steady_clock::now();
  run_until([&] { return service().view_count() == 0; });
  EXPECT_GE(std::chrono::steady_clock::now() - last, 250ms) << "the request had put it off";
  EXPECT_EQ(visit(view).status, 0U);
}

TEST_F(ViewsTest, SaysOnceThatItHasEndedByItself) {
  seams_.view_idle = 20ms;
  int ended = 0;
  (void)run(service().open_view(session_, std::nullopt, [&] { ++ended; }));
  run_until([&] { return ended > 0; });
  EXPECT_EQ(service().view_count(), 0U);
  seams_.view_idle = 10min;
  const View view = run(service().open_view(session_, std::nullopt, [&] { ++ended; }));
  service().close_view(view.id);
  run_for(50ms);
  EXPECT_EQ(ended, 1) << "whoever closes it knows";
}

TEST_F(ViewsTest, EndsWithTheDaemon) {
  const View view = run(service().open_view(session_, std::nullopt));
  run(service().suspend());
  EXPECT_EQ(visit(view).status, 0U);
}

}  // namespace
}  // namespace panko::test
