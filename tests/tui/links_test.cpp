#include "tui/links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/tui/sharing_sample.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::share;
using test::SharingTest;
using test::with_new_link;
using test::with_tunnel;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kOther = "https://other-words.trycloudflare.com/s/x/";

TEST(Links, AreWhatTheirShareAndItsTunnelAre) {
  struct Case {
    const char* status;
    const char* tunnel;
    const char* error;
    const char* plight;  // "": it works; "-": it is starting
    bool needs_user = false;
  };
  for (const auto& [status, tunnel, error, plight, needs] : std::vector<Case>{
           {"active", "", "", ""},
           {"active", "ready", "", ""},
           {"starting", "", "", "-"},
           {"starting", "starting", "", "-"},
           {"error", "", "The file is gone.", "does not work now: The file is gone."},
           {"error", "ready", "The file is gone.", "does not work now: The file is gone."},
           {"error", "backoff", "It has ended.", "does not work now and is tried again by itself: It has ended."},
           {"error", "degraded", "No connection.", "does not work now and may come back by itself: No connection."},
           {"error", "failed", "Log in.", "needs you: Log in.", true},
           {"error", "starting", "", "does not work while its tunnel is being started."},
           {"error", "stopping", "", "does not work now."},
           {"error", "of a later build", "", "does not work now."},
           // The tunnel is faster than the row: what cannot work is not said to.
           {"active", "backoff", "", "does not work now and is tried again by itself."},
           {"active", "failed", "", "needs you.", true},
           {"stopped", "failed", "", "-"},
       }) {
    auto info = share("a", "A");
    info.status = status;
    if (*tunnel != 0) info.tunnel = tunnel;
    if (*error != 0) info.error = error;
    const std::string expected = plight;
    EXPECT_EQ(works(info), expected.empty()) << status << tunnel;
    EXPECT_EQ(plight_of(info), expected == "-" ? "" : expected);
    EXPECT_EQ(needs_user(info), needs);
  }
}

TEST(Links, AreNewForAnHourOrUntilTheyWereSeen) {
  const auto changed = with_new_link(share("a", "A"), kOther);
  SharingTest test({changed, share("b", "B")});
  EXPECT_EQ(changed_at(changed), test.now - 3min);
  EXPECT_EQ(changed_at(share("b", "B")), std::nullopt);
  EXPECT_TRUE(is_new_link(test.sharing, changed, test.now));
  EXPECT_EQ(count_new_links(test.sharing, test.now), 1U);
  EXPECT_EQ(new_links_change_at(test.sharing, test.now), test.now + 57min);
  EXPECT_EQ(next_change(test.sharing, test.now), test.now + 57min);
  EXPECT_FALSE(is_new_link(test.sharing, changed, test.now + 57min));
  see_link(test.sharing, changed);
  EXPECT_FALSE(is_new_link(test.sharing, changed, test.now));
  EXPECT_EQ(new_links_change_at(test.sharing, test.now), std::nullopt);
  // The next one is news again.
  EXPECT_TRUE(is_new_link(test.sharing, with_new_link(changed, "https://third.trycloudflare.com/s/x/"), test.now));
}

TEST(Links, WhoseTimeCannotBeReadAreNotNew) {
  auto changed = with_new_link(share("a", "A"), kOther);
  changed.url_changed_at = "a while ago";
  EXPECT_EQ(changed_at(changed), std::nullopt);
}

TEST(Links, AreCopiedWithWhatTheyAreWorth) {
  auto broken = with_tunnel(share("a", "A"), "backoff", "It has ended.");
  SharingTest test({broken});
  const auto said_when_copied = [&](const protocol::ShareInfo& share) {
    test.take(copy_link(test.sharing, share));
    const auto copy = test.only_effect<CopyText>();
    EXPECT_EQ(copy.text, share.public_url);
    return copy.confirmation;
  };
  EXPECT_EQ(said_when_copied(broken), "The link is on the clipboard, but it does not work now.");
  EXPECT_EQ(said_when_copied(share("b", "B")), "The link is on the clipboard.");
  test.apply(DaemonDown{"Killed."});
  EXPECT_EQ(said_when_copied(share("b", "B")),
            "The link is on the clipboard, but may not work while the daemon is away.");
}

TEST(Links, OneNewLinkIsCopiedOfSeveralTheFirstIsShown) {
  SharingTest test({share("b", "B")});
  test.take(copy_new_link(test.sharing, test.now));
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said, ElementsAre("No link has changed in the last hour."));
  test.apply(ShareChanged{with_new_link(share("c", "C"), kOther)});
  test.take(copy_new_link(test.sharing, test.now));
  EXPECT_EQ(test.only_effect<CopyText>().text, kOther);
  EXPECT_EQ(count_new_links(test.sharing, test.now), 0U);
  test.take(copy_new_link(test.sharing, test.now));  // whoever saw it may want it all the same
  EXPECT_EQ(test.only_effect<CopyText>().text, kOther);
  for (const char* id : {"d", "e"})
    test.apply(ShareChanged{with_new_link(share(id, id, 10min), std::string(kOther) + id)});
  test.take(copy_new_link(test.sharing, test.now));
  EXPECT_THAT(test.effects, IsEmpty());
  ASSERT_TRUE(test.sharing.panel);
  EXPECT_EQ(test.sharing.panel ? test.sharing.panel->selected : "", test.sharing.shares.at(2).id);
}

TEST(Links, MarkTheirSessions) {
  auto starting = share("b", "B");
  starting.status = "starting";
  SharingTest test({share("a", "A"), starting, with_tunnel(share("c", "C"), "backoff", "It has ended."),
                    with_new_link(share("e", "E"), kOther)});
  const auto mark = [&](std::string_view id) { return mark_of(test.sharing, share(id, "").session_path, test.now); };
  EXPECT_EQ(mark("a"), ShareMark::active);
  EXPECT_EQ(mark("b"), ShareMark::starting);
  EXPECT_EQ(mark("c"), ShareMark::error);
  EXPECT_EQ(mark("d"), ShareMark::none);
  EXPECT_EQ(mark("e"), ShareMark::changed);
  // Two shares of a session: the one that works counts.
  auto second = share("c2", "C");
  second.session_path = share("c", "").session_path;
  test.apply(ShareChanged{second});
  EXPECT_EQ(mark("c"), ShareMark::active);
  // Up, says its row; its tunnel is not.
  test.apply(ShareChanged{with_tunnel(share("a", "A"), "failed")});
  EXPECT_EQ(mark("a"), ShareMark::error);
  test.apply(DaemonDown{"Killed."});
  EXPECT_EQ(mark("a"), ShareMark::unknown);
  EXPECT_EQ(mark("d"), ShareMark::none);
}

TEST(Links, AreToldInSentences) {
  const auto share = with_new_link(with_tunnel(test::share("a", "A"), "backoff", "\x1b[2JIt has\nended."), kOther);
  EXPECT_EQ(plight_sentence(share), "Does not work now and is tried again by itself: ␛[2JIt has ended.");
  EXPECT_EQ(change_sentence(share, test::noon()), "Link changed 3 min ago, the old one is dead.");
  EXPECT_EQ(change_sentence(share, test::noon() - 3min), "Link changed just now, the old one is dead.");
  EXPECT_EQ(plight_sentence(test::share("b", "B")), "");
  EXPECT_EQ(change_sentence(test::share("b", "B"), test::noon()), "");
}

}  // namespace
}  // namespace panko::tui
