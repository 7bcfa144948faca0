#include "tests/tui/sharing_sample.hpp"

#include "base/text.hpp"
#include "tui/sharing_view.hpp"

namespace panko::test {

using namespace std::chrono_literals;

protocol::ShareInfo share(std::string_view id, std::string_view title, std::chrono::milliseconds ago) {
  protocol::ShareInfo info;
  info.id = id;
  info.session_path = "/home/ana/.claude/projects/" + std::string(id) + ".jsonl";
  info.session_name = title;
  info.public_url = "http://127.0.0.1:7117/s/tNB1mPRTkkr3GcZB5wGm" + std::string(id) + "/";
  info.provider_name = "local";
  info.local_port = 7117;
  info.started_at = to_iso8601(noon() - ago);
  info.status = "active";
  info.expires_at = to_iso8601(noon() - ago + std::chrono::days{7});
  return info;
}

std::vector<protocol::ProviderInfo> sample_providers() {
  return {{.name = "local",
           .description = "this machine only: no tunnel, always works",
           .available = true,
           .missing = {},
           .is_public = false},
          {.name = "cloudflare",
           .description =
               "the Internet, by a Cloudflare quick tunnel: no account; the URL changes when the tunnel restarts",
           .available = true,
           .missing = {},
           .is_public = true},
          {.name = "ngrok",
           .description = "the Internet, by ngrok: a free account",
           .available = false,
           .missing = "ngrok is not installed: get it from https://ngrok.com/download, or share with --provider local.",
           .is_public = true}};
}

SharingTest::SharingTest(std::vector<protocol::ShareInfo> shares) {
  DaemonUp up;
  up.shares = std::move(shares);
  up.providers = sample_providers();
  apply(up);
  said.clear();
}

void SharingTest::take(tui::Outcome outcome) {
  std::ranges::move(outcome.effects, std::back_inserter(effects));
  if (outcome.said) said.push_back((outcome.said->is_failure ? "! " : "") + outcome.said->sentence);
  taken = outcome.taken;
}

void SharingTest::press(tui::Key key) {
  take(handle_key(sharing, {.key = key}, columns, rows, now));
}

void SharingTest::type(std::string_view keys) {
  for (const char key : keys) take(handle_key(sharing, {.character = static_cast<char32_t>(key)}, columns, rows, now));
}

void SharingTest::pass(std::chrono::milliseconds time) {
  now += time;
  tick(sharing, now);
}

void SharingTest::open_choice(std::string_view title) {
  take(tui::open_choice(sharing, session(title, "fernwatch", 5min), now));
  std::erase_if(effects, [](const auto& effect) { return std::holds_alternative<tui::RefreshProviders>(effect); });
}

ftxui::Screen SharingTest::screen() const {
  ftxui::Screen screen(columns, rows);
  paint_window(screen, sharing, now);
  return screen;
}

}  // namespace panko::test
