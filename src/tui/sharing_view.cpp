#include "tui/sharing_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tui/links.hpp"
#include "tui/provider_choice_view.hpp"
#include "tui/qr_view.hpp"
#include "tui/review_view.hpp"
#include "tui/share_edit.hpp"
#include "tui/shares_panel.hpp"
#include "tui/shares_panel_view.hpp"
#include "tui/sharing_cards.hpp"
#include "tui/sharing_cards_view.hpp"

namespace panko::tui {

namespace {

/// The share whose QR code fills the screen.
const protocol::ShareInfo* shown_as_qr(const Sharing& sharing) {
  if (const Card* card = shown_card(sharing)) {
    const auto* link = std::get_if<LinkCard>(&card->what);
    return link && link->qr ? &link->share : nullptr;
  }
  return sharing.panel && sharing.panel->qr ? selected_share(sharing) : nullptr;
}

std::optional<Window> shown_card_window(const Sharing& sharing, int columns, int rows, WallTime now) {
  const Card* card = shown_card(sharing);
  if (!card) return std::nullopt;
  return card_window(*card, sharing.cards.size() - 1, columns, rows, now);
}

/// Over the panel.
std::optional<Window> shown_edit_window(const Sharing& sharing, int columns, int rows) {
  if (sharing.choice || !sharing.panel || !sharing.panel->edit) return std::nullopt;
  const auto share = std::ranges::find(sharing.shares, sharing.panel->edit->share_id, &protocol::ShareInfo::id);
  if (share == sharing.shares.end()) return std::nullopt;
  return edit_window(sharing, *sharing.panel->edit, *share, columns, rows);
}

std::optional<Window> opened_window(const Sharing& sharing, int columns, int rows, WallTime now) {
  if (sharing.choice && sharing.choice->review) return review_window(sharing, *sharing.choice, columns, rows);
  if (sharing.choice) return choice_window(sharing, *sharing.choice, columns, rows, now);
  if (sharing.panel) return panel_window(sharing, *sharing.panel, columns, rows, now);
  return std::nullopt;
}

}  // namespace

std::optional<Window> window_of(const Sharing& sharing, int columns, int rows, WallTime now) {
  if (shown_as_qr(sharing)) return std::nullopt;
  auto card = shown_card_window(sharing, columns, rows, now);
  if (!card) card = shown_edit_window(sharing, columns, rows);
  return card ? card : opened_window(sharing, columns, rows, now);
}

void paint_window(ftxui::Screen& screen, const Sharing& sharing, WallTime now) {
  if (const auto window = opened_window(sharing, screen.dimx(), screen.dimy(), now)) paint(screen, *window);
  if (const auto edit = shown_edit_window(sharing, screen.dimx(), screen.dimy())) paint(screen, *edit);
  if (const auto* share = shown_as_qr(sharing)) {
    const char* but = works(*share) ? "" : "does not work now: ";
    return paint_qr(screen, but + share->session_name, share->public_url);
  }
  if (const auto card = shown_card_window(sharing, screen.dimx(), screen.dimy(), now)) paint(screen, *card);
}

std::string banner(const Sharing& sharing) {
  if (sharing.daemon == Sharing::Daemon::up) return "";
  if (sharing.daemon == Sharing::Daemon::connecting)
    return sharing.was_up || !sharing.down_reason.empty() ? "The daemon is being started…" : "";
  const std::string reason = presentable(sharing.down_reason.substr(0, sharing.down_reason.find('\n')));
  return fmt::format("{}{}R starts it again.", reason, reason.empty() ? "" : " ");
}

}  // namespace panko::tui
