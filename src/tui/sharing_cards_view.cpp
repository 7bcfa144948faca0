#include "tui/sharing_cards_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "tui/links.hpp"
#include "tui/share_facts.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

constexpr int kWidest = 110;
constexpr int kNarrowest = 52;

using Lines = std::vector<WindowLine>;

int inner_columns(int columns, int wanted) {
  return std::max(1, std::min(columns - kFrameColumns, std::clamp(wanted, kNarrowest, kWidest)));
}

/// Lines for a text beside so many others; at least one.
std::size_t room_beside(std::size_t lines, int rows) {
  return static_cast<std::size_t>(std::max(rows - kFrameRows - static_cast<int>(lines), 1));
}

void add(Lines& lines, const std::vector<std::string>& parts, const Style& style) {
  for (const std::string& part : parts) lines.push_back({{{part, style}}});
}

/// "✓ copied  through cloudflare, never expires, 3 of 10 views"
Line facts_line(const LinkCard& card, WallTime now) {
  const protocol::ShareInfo& share = card.share;
  Line line;
  if (card.copied) line.push_back({"✓ copied  ", theme::kDone});
  if (share.live.value_or(false)) line.push_back({"live  ", theme::kLive});
  std::string facts = fmt::format("through {}, {}", presentable(share.provider_name), expiry_sentence(share, now));
  if (const std::string views = counted_views(share); !views.empty()) facts += ", " + views;
  line.push_back({std::move(facts), theme::kText});
  return line;
}

/// What else there is to say of a share; of a new one nobody has looked at yet that is little.
std::vector<Line> more_facts(const LinkCard& card, int columns, WallTime now) {
  std::vector<Span> facts = conditions_of(card.share);
  facts.erase(facts.begin());  // the masking has a sentence of its own
  std::erase_if(facts, [](const Span& fact) { return fact.text == "personal data shown"; });
  if (!card.is_news || card.share.views || card.share.viewers)
    std::ranges::move(looks_of(card.share, now), std::back_inserter(facts));
  return flow(facts, columns);
}

Window link_window(const LinkCard& card, int columns, int rows, WallTime now) {
  const protocol::ShareInfo& share = card.share;
  const std::string url = presentable(share.public_url);
  const int inner = inner_columns(columns, width_of(url));
  Lines lines;
  add(lines, {presentable(share.session_name)}, theme::kStrong);
  lines.emplace_back();
  add(lines, wrap(url, inner), works(share) ? theme::kName : theme::kQuiet);
  Lines below;
  if (const std::string change = change_sentence(share, now); !change.empty()) {
    add(below, wrap(change, inner), theme::kWarning);
    add(below, wrap(presentable(share.previous_url.value_or("")), inner), theme::kQuiet);
  }
  below.push_back({facts_line(card, now)});
  const Span masking = masking_sentence(share);
  add(below, wrap(masking.text, inner), masking.style);
  for (Line& line : more_facts(card, inner, now)) below.push_back({std::move(line)});
  if (const std::string plight = plight_sentence(share); !plight.empty())
    add(lines, wrap_within(plight, inner, room_beside(lines.size() + below.size() + 1, rows)), theme::kFailure);
  lines.emplace_back();
  std::ranges::move(below, std::back_inserter(lines));
  Window window = centred_window(columns, rows, inner, static_cast<int>(lines.size()));
  window.heading = !card.is_news ? "Share" : share.existing.value_or(false) ? "Shared already" : "Shared";
  window.lines = std::move(lines);
  window.keys = {{"Q", "QR code"}, {"c", "copy"}, {"o", "open"}, {"any other key", "closes"}};
  return window;
}

Window trouble_window(const TroubleCard& card, int columns, int rows) {
  constexpr int kReadable = 72;
  const int inner = inner_columns(columns, kReadable);
  Lines lines;
  if (!card.title.empty()) {
    add(lines, {presentable(card.title)}, theme::kStrong);
    lines.emplace_back();
  }
  std::string cleaned = clean_for_terminal(card.text);
  std::ranges::replace(cleaned, '\t', ' ');
  add(lines, wrap_within(cleaned, inner, room_beside(lines.size(), rows)), theme::kText);
  Window window = centred_window(columns, rows, inner, static_cast<int>(lines.size()));
  window.heading = card.heading;
  window.heading_style = theme::kFailure;
  window.lines = std::move(lines);
  window.keys = {{"any key", "closes"}};
  return window;
}

}  // namespace

Window card_window(const Card& card, std::size_t waiting, int columns, int rows, WallTime now) {
  const auto* link = std::get_if<LinkCard>(&card.what);
  Window window =
      link ? link_window(*link, columns, rows, now) : trouble_window(std::get<TroubleCard>(card.what), columns, rows);
  if (waiting > 0) window.heading += fmt::format(" (1 of {})", waiting + 1);
  return window;
}

}  // namespace panko::tui
