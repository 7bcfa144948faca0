// Shares and providers, all invented, and a Sharing that keys are pressed in.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tui/sample.hpp"
#include "tui/links.hpp"
#include "tui/masking.hpp"
#include "tui/sharing_update.hpp"

namespace panko::test {

/// Started `ago` before noon(), for 7 days; it is up at https://….
[[nodiscard]] protocol::ShareInfo share(std::string_view id, std::string_view title,
                                        std::chrono::milliseconds ago = std::chrono::minutes(5));

/// The same, as a tunnel leaves it: status `error`, or `active` when it works.
[[nodiscard]] protocol::ShareInfo with_tunnel(protocol::ShareInfo share, std::string state,
                                              std::optional<std::string> error = {});
/// Its link took the place of another one `ago` before noon().
[[nodiscard]] protocol::ShareInfo with_new_link(protocol::ShareInfo share, std::string url,
                                                std::chrono::milliseconds ago = std::chrono::minutes(3));

/// local and cloudflare can be used, ngrok is missing.
[[nodiscard]] std::vector<protocol::ProviderInfo> sample_providers();
/// And six more: as many as there are.
[[nodiscard]] std::vector<protocol::ProviderInfo> all_providers();

/// What might be found in a session: `secrets` values in several turns and `personal` ones after them, each in two
/// places. Nothing in it is a real key.
[[nodiscard]] protocol::ScanInfo sample_scan(int secrets = 4, int personal = 3);

/// A TUI's sharing with a clock, a screen, and what was said and asked for so far.
struct SharingTest {
  tui::Sharing sharing;
  WallTime now = noon();
  int columns = 80;
  int rows = 24;
  std::vector<std::string> said;  // failures begin with "! "
  tui::Effects effects;
  bool taken = true;  // of the last key or click

  /// With a daemon that has these shares.
  explicit SharingTest(std::vector<protocol::ShareInfo> shares = {});

  void take(tui::Outcome outcome);
  template <class Event>
  void apply(const Event& event) {
    take(tui::apply(sharing, event, now));
  }
  void press(tui::Key key);
  /// Every character is a key.
  void type(std::string_view keys);
  void pass(std::chrono::milliseconds time);
  void open_choice(std::string_view title = "Fix the fern");
  /// With a scan that was answered.
  void open_review(const protocol::ScanInfo& found = sample_scan());

  /// The one effect there was since the last call, of this kind; a failure of the test when it was another.
  template <class Kind>
  [[nodiscard]] Kind only_effect() {
    EXPECT_EQ(effects.size(), 1U);
    const Kind* found = effects.empty() ? nullptr : std::get_if<Kind>(&effects.front());
    EXPECT_NE(found, nullptr);
    Kind result = found ? *found : Kind();
    effects.clear();
    return result;
  }

  /// Of the window that is open: what is chosen as expiry, the first visible share, whether it shows a QR code.
  [[nodiscard]] std::string expires() const { return sharing.choice ? sharing.choice->expires : ""; }
  [[nodiscard]] std::size_t top() const { return sharing.panel ? sharing.panel->top : 0; }
  [[nodiscard]] bool shows_qr() const { return sharing.panel && sharing.panel->qr; }

  [[nodiscard]] ftxui::Screen screen() const;
};

}  // namespace panko::test
