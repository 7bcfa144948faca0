#include "shares/visits.hpp"

#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"
#include "tests/shares/full_disk.hpp"

namespace panko::test {
namespace {

class VisitsTest : public SharesTest {
 protected:
  VisitsTest() {
    seams_.visit_event_rest = 150ms;
    seams_.visit_write_rest = 300ms;
  }
  void visit(const Share& share, int times = 1) {
    for (int i = 0; i < times; ++i) EXPECT_EQ(get(share).status, 200U);
  }
  std::int64_t written() const {
    return Database(places_.database).query_integer("SELECT coalesce(sum(views), 0) FROM share_views");
  }
};

TEST_F(VisitsTest, EachLoadOfThePageIsCounted) {
  const Share started = share(local());
  EXPECT_EQ(row(started.id).views, 0U);
  EXPECT_FALSE(row(started.id).last_viewed_at);
  const WallTime before = wall_now();
  visit(started, 3);
  EXPECT_EQ(row(started.id).views, 3U);
  EXPECT_GE(row(started.id).last_viewed_at.value_or(WallTime{}), before - 1ms);
  (void)get(started.local_port, "/s/" + started.token + "/?from=u-11111111-1111-4111-8111-111111111111");
  (void)get(started.local_port, "/s/" + started.token);
  EXPECT_EQ(row(started.id).views, 3U);
}

TEST_F(VisitsTest, TheFirstIsToldAtOnceAndManyTogether) {
  const Share started = share(local());
  std::vector<std::uint64_t> heard;
  const auto listener = service().subscribe([&](const Share& share) { heard.push_back(share.views); });
  visit(started);
  EXPECT_THAT(heard, testing::ElementsAre(1));
  visit(started, 9);
  EXPECT_LE(heard.size(), 2U);
  run_until([&] { return heard.back() == 10; });
  EXPECT_LE(heard.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(heard));
}

TEST_F(VisitsTest, TheyAreWrittenALittleLaterAndThenNothingIsLeftToDo) {
  const Share started = share(local());
  std::size_t changes = 0;
  const auto listener = service().subscribe([&](const Share&) { ++changes; });
  visit(started, 5);
  EXPECT_EQ(written(), 0) << "no visit waits for the disk";
  run_until([&] { return written() == 5; });
  const std::size_t told = changes;
  run_for(400ms);
  EXPECT_EQ(changes, told);
  drop_service();
  EXPECT_EQ(row(started.id).views, 5U) << "the next daemon goes on counting";
  visit(row(started.id));
  EXPECT_EQ(row(started.id).views, 6U);
}

TEST_F(VisitsTest, SuspendAndStopWriteThemAtOnce) {
  seams_.visit_write_rest = 1h;
  const Share started = share(local());
  visit(started, 2);
  end_service();
  EXPECT_EQ(written(), 2);
  visit(row(started.id));
  run(service().stop_all());
  EXPECT_EQ(written(), 3);
}

TEST_F(VisitsTest, OnADiskThatTakesNoWritesPagesAreServedAndCounted) {
  seams_.visit_write_rest = 10ms;
  const Share started = share(local());
  visit(started);  // reads the session, which needs a spool
  run_until([&] { return written() == 1; });
  {
    const FullDisk full;
    visit(started, 2);
    run_for(50ms);
  }
  EXPECT_EQ(written(), 1);
  visit(started);
  run_until([&] { return written() == 4; });
}

TEST_F(VisitsTest, AStoppedShareKeepsItsCount) {
  const Share started = share(local());
  visit(started, 2);
  run(service().stop(started.id));
  EXPECT_EQ(get(started).status, 410U);
  EXPECT_EQ(row(started.id).views, 2U);
}

}  // namespace
}  // namespace panko::test
