#include "cli/sharing_words.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

const WallTime kNow = *from_iso8601("2026-11-22T16:00:00Z");

protocol::ShareInfo share(std::string status) {
  protocol::ShareInfo info;
  info.status = std::move(status);
  info.public_url = "https://x.example/s/t/";
  return info;
}

TEST(SharingWords, OnlyALinkThatWorksLooksLikeOne) {
  EXPECT_EQ(link_of(share("active")), "https://x.example/s/t/");
  EXPECT_EQ(link_of(share("error")), "https://x.example/s/t/ (does not work now)");
  EXPECT_EQ(link_of(share("starting")), "https://x.example/s/t/ (does not work now)");
  EXPECT_EQ(link_of(share("stopped")), "https://x.example/s/t/ (ended)");
  EXPECT_EQ(link_of(protocol::ShareInfo{}), "");
}

TEST(SharingWords, ALiveShareSaysThatMoreIsPublished) {
  auto info = share("active");
  EXPECT_EQ(live_of(info), "");
  info.live = true;
  EXPECT_EQ(live_of(info), "live: what is said in the session later is published too");
  info.status = "error";
  EXPECT_NE(live_of(info), "") << "it may come back";
  info.status = "stopped";
  EXPECT_EQ(live_of(info), "");
}

TEST(SharingWords, SayWhoLooks) {
  auto info = share("active");
  EXPECT_EQ(visitors_of(info, kNow), "");
  info.views = 1;
  EXPECT_EQ(visitors_of(info, kNow), "1 view");
  info.viewers = 2;
  info.views = 14;
  info.last_viewed_at = "2026-11-22T15:57:00Z";
  info.previews = 1;
  EXPECT_EQ(visitors_of(info, kNow), "2 people look now, 14 views, the last 3 min ago, 1 load by a program");
  info.status = "stopped";
  info.previews = 5;
  EXPECT_EQ(visitors_of(info, kNow), "14 views, the last 3 min ago, 5 loads by programs");
}

TEST(SharingWords, SayWhatIsMasked) {
  auto info = share("active");
  EXPECT_EQ(masking_of(info), "") << "nobody knows yet";
  info.secrets_masked = 0;
  info.personal_masked = 0;
  EXPECT_EQ(masking_of(info), "nothing had to be masked");
  info.secrets_masked = 12;
  info.personal_masked = 1;
  EXPECT_EQ(masking_of(info), "12 secrets and 1 personal value masked");
  info.personal_shown = true;
  info.personal_masked = 0;
  EXPECT_EQ(masking_of(info), "12 secrets masked; personal data is not");
  info.hidden = {"tools", "thinking"};
  info.personal_shown = std::nullopt;
  EXPECT_EQ(masking_of(info), "12 secrets masked; hidden: tool output, thinking");
  info.unmasked = true;
  info.hidden = {"steps"};
  EXPECT_EQ(masking_of(info), "nothing is masked; hidden: all but prompts and answers");
}

TEST(SharingWords, SayWhatHoldsVisitorsUp) {
  auto info = share("active");
  EXPECT_EQ(leash_of(info), "");
  info.password = true;
  info.max_views = 1;
  info.downloads = true;
  EXPECT_EQ(leash_of(info), "asks for a password, 1 view at most, can be downloaded");
}

TEST(SharingWords, AChangedLinkSaysSo) {
  auto info = share("active");
  EXPECT_EQ(link_change_of(info, kNow), "");
  info.previous_url = "https://old.example/s/t/";
  EXPECT_EQ(link_change_of(info, kNow), "link changed; the old one is dead");
  info.url_changed_at = "2026-11-22T15:57:00Z";
  EXPECT_EQ(link_change_of(info, kNow), "link changed 3 min ago; the old one is dead");
  info.url_changed_at = "2026-11-22T16:00:09Z";
  EXPECT_EQ(link_change_of(info, kNow), "link changed just now; the old one is dead") << "the clock was set back";
  info.status = "stopped";
  EXPECT_EQ(link_change_of(info, kNow), "");
}

TEST(SharingWords, TroubleSaysWhoActs) {
  auto info = share("error");
  EXPECT_EQ(trouble_of(info), "");
  info.error = "The session is gone\x1b[2J";
  EXPECT_EQ(trouble_of(info), "The session is gone␛[2J.");
  info.error = "Access was denied.";
  info.tunnel = "failed";
  EXPECT_EQ(trouble_of(info), "Access was denied. It stays down until you have acted.");
  info.tunnel = "backoff";
  EXPECT_EQ(trouble_of(info), "Access was denied. It is tried again by itself.");
  info.tunnel = "starting";
  EXPECT_EQ(trouble_of(info), "Access was denied.");
}

TEST(SharingWords, ATunnelSaysWhenItIsTriedAgain) {
  protocol::TunnelInfo tunnel{.provider = "ssh", .state = "ready"};
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Up.");
  tunnel.state = "backoff";
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Down.");
  tunnel.reason = "The connection was lost";
  tunnel.next_try_at = "2026-11-22T16:00:12Z";
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Down: The connection was lost. Tried again in 12 s.");
  tunnel.next_try_at = "2026-11-22T15:59:00Z";
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Down: The connection was lost. Tried again now.");
  tunnel.state = "failed";
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Down until you act: The connection was lost.");
  tunnel.state = "degraded";
  EXPECT_EQ(tunnel_sentence(tunnel, kNow), "Does not answer as it should: The connection was lost.");
}

TEST(SharingWords, AProviderOfAnOlderDaemon) {
  protocol::ProviderInfo provider;
  EXPECT_EQ(audience_of(provider), "only this machine");
  provider.is_public = true;
  EXPECT_EQ(audience_of(provider), "anyone with the link");
  provider.audience = "your tailnet";
  EXPECT_EQ(audience_of(provider), "your tailnet");
}

}  // namespace
}  // namespace panko::cli
