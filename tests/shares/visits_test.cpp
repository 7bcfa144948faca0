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
    seams_.visit_write_rest = 1s;
  }
  /// A person loads the page, and its script says so.
  void visit(const Share& share, int times = 1) {
    for (int i = 0; i < times; ++i) {
      EXPECT_EQ(get(share).status, 200U);
      EXPECT_EQ(look(share).status, 204U);
    }
  }
  /// Views that were heard of.
  std::shared_ptr<void> listen_to_views(std::vector<std::uint64_t>& heard) {
    return service().subscribe([&heard](const Share& share) {
      if (share.views > 0) heard.push_back(share.views);
    });
  }
  std::int64_t written() const {
    return Database(places_.database).query_integer("SELECT coalesce(sum(views), 0) FROM share_views");
  }
};

TEST_F(VisitsTest, EachPersonWhoLooksIsCounted) {
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
  EXPECT_EQ(row(started.id).previews(), 0U);
  EXPECT_EQ(row(started.id).viewers, 3U);
}

TEST_F(VisitsTest, LoadsThatNobodyFollowsArePreviews) {
  const Share started = share(local());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(started).status, 200U);
  EXPECT_EQ(row(started.id).views, 0U);
  EXPECT_EQ(row(started.id).previews(), 4U);
  EXPECT_FALSE(row(started.id).last_viewed_at);
  visit(started);
  EXPECT_EQ(row(started.id).views, 1U);
  EXPECT_EQ(row(started.id).previews(), 4U);
  end_service();
  EXPECT_EQ(row(started.id).previews(), 4U) << "written down";
}

TEST_F(VisitsTest, TheFirstIsToldAtOnceAndManyTogether) {
  const Share started = share(local());
  std::vector<std::uint64_t> heard;
  const auto listener = listen_to_views(heard);
  visit(started);
  run_until([&] { return !heard.empty(); });
  EXPECT_EQ(heard.front(), 1U);
  visit(started, 19);
  run_until([&] { return heard.back() == 20; });
  EXPECT_LE(heard.size(), 10U);
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
