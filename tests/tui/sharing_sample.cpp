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

protocol::ShareInfo with_tunnel(protocol::ShareInfo share, std::string state, std::optional<std::string> error) {
  share.provider_name = "cloudflare";
  share.status = error ? "error" : "active";
  share.error = std::move(error);
  share.tunnel = std::move(state);
  return share;
}

protocol::ShareInfo with_new_link(protocol::ShareInfo share, std::string url, std::chrono::milliseconds ago) {
  share.previous_url = std::exchange(share.public_url, std::move(url));
  share.url_changed_at = to_iso8601(noon() - ago);
  return share;
}

std::vector<protocol::ProviderInfo> sample_providers() {
  return {{.name = "local",
           .description = "this machine only: no tunnel, always works",
           .available = true,
           .missing = {},
           .is_public = false,
           .audience = "this machine, or the network of --bind",
           .stable_url = true},
          {.name = "ngrok",
           .description = "the Internet, by ngrok: a free account",
           .available = false,
           .missing = "ngrok is not installed: get it from https://ngrok.com/download, or share with --provider local.",
           .is_public = true,
           .mend = "sudo apt install ngrok",
           .audience = "anyone with the link",
           .stable_url = true},
          {.name = "cloudflare",
           .description = "the Internet, by a Cloudflare quick tunnel: no account",
           .available = true,
           .missing = {},
           .is_public = true,
           .audience = "anyone with the link",
           .stable_url = false,
           .limits = "200 requests at a time; no promise of service"}};
}

std::vector<protocol::ProviderInfo> all_providers() {
  auto providers = sample_providers();
  const auto add = [&](std::string name, std::string description, bool available, std::optional<std::string> missing,
                       std::optional<std::string> mend) {
    providers.push_back({.name = std::move(name),
                         .description = std::move(description),
                         .available = available,
                         .missing = std::move(missing),
                         .is_public = true,
                         .mend = std::move(mend),
                         .audience = "anyone with the link",
                         .limits = "visitors see a page of the service first; the connection ends after 60 minutes, "
                                   "and then there is another link"});
  };
  add("tailscale", "your tailnet, by Tailscale", false, "Tailscale runs, but nobody has logged in.", "tailscale up");
  add("ssh", "a server of your own, by ssh", false, "There is no server in config.toml: set [provider.ssh] host.", {});
  add("localhost-run", "the Internet, by localhost.run over ssh", true, {}, {});
  add("serveo", "the Internet, by serveo.net over ssh", true, {}, {});
  add("pinggy", "the Internet, by pinggy.io over ssh", true, {}, {});
  add("command", "any program of yours that makes a port reachable", false,
      "It says nothing of a program: set [provider.command] argv in config.toml.", "panko config edit");
  providers[3].is_public = false;
  providers[3].audience = "devices of your tailnet";
  return providers;
}

protocol::ScanInfo sample_scan(int secrets, int personal) {
  protocol::ScanInfo scan;
  const auto add = [&](std::string marker, std::string kind, std::string sample, std::uint64_t turn, std::string where,
                       std::string context, std::uint64_t count) {
    protocol::FindingInfo finding;
    finding.hash = "hash of " + marker;
    finding.marker = std::move(marker);
    finding.rule = kind + "-rule";
    finding.personal = kind == "email" || kind == "home";
    finding.kind = std::move(kind);
    finding.sample = std::move(sample);
    finding.turn = turn;
    finding.anchor = "a" + std::to_string(turn);
    finding.where = std::move(where);
    finding.context = std::move(context);
    finding.count = count;
    scan.findings.push_back(std::move(finding));
  };
  for (int i = 1; i <= secrets; ++i) {
    const std::string marker = "[redacted: github-token #" + std::to_string(i) + "]";
    add(marker, "github-token", "ghp_… (40 characters)", static_cast<std::uint64_t>(i) / 2, "tool",
        "export GITHUB_TOKEN=" + marker + " # for the fern, which is watered by a job at seven in the morning", 1);
    add(marker, "github-token", "ghp_… (40 characters)", static_cast<std::uint64_t>(i) / 2, "assistant",
        "I see " + marker + " in your environment and will not repeat it.", 3);
  }
  for (int i = 1; i <= personal; ++i) {
    const std::string marker = "[redacted: email #" + std::to_string(i) + "]";
    add(marker, "email", "a…@… (15 characters)", static_cast<std::uint64_t>(secrets), "user",
        "Write to " + marker + " when it is dry.", 1);
  }
  if (personal > 0) {
    add("~", "home", "/home/a… (9 characters)", static_cast<std::uint64_t>(secrets), "command", "cd ~/ferns", 12);
    scan.personal = static_cast<std::uint64_t>(personal) + 1;
  }
  scan.secrets = static_cast<std::uint64_t>(secrets);
  return scan;
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
  std::erase_if(effects, [](const auto& effect) {
    return std::holds_alternative<tui::RefreshProviders>(effect) || std::holds_alternative<tui::ScanSession>(effect);
  });
}

void SharingTest::open_review(const protocol::ScanInfo& found) {
  open_choice();
  apply(tui::SessionScanned{sharing.scans, found});
  type("r");
}

ftxui::Screen SharingTest::screen() const {
  ftxui::Screen screen(columns, rows);
  paint_window(screen, sharing, now);
  return screen;
}

}  // namespace panko::test
