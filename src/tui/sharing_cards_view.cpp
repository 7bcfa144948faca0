#include "tui/sharing_cards_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

constexpr int kWidest = 110;
constexpr int kNarrowest = 52;

using Lines = std::vector<WindowLine>;

int inner_columns(int columns, int wanted) {
  return std::max(1, std::min(columns - kFrameColumns, std::clamp(wanted, kNarrowest, kWidest)));
}

void add(Lines& lines, const std::vector<std::string>& parts, const Style& style) {
  for (const std::string& part : parts) lines.push_back({{{part, style}}});
}

Window up_window(const UpCard& card, int columns, int rows, WallTime now) {
  const protocol::ShareInfo& share = card.share;
  const std::string url = presentable(share.public_url);
  const int inner = inner_columns(columns, width_of(url));
  Lines lines;
  add(lines, {presentable(share.session_name)}, theme::kStrong);
  lines.emplace_back();
  add(lines, wrap(url, inner), theme::kName);
  lines.emplace_back();
  Line state;
  if (card.copied) state.push_back({"✓ copied  ", theme::kDone});
  state.push_back(
      {fmt::format("through {}, {}", presentable(share.provider_name), expiry_sentence(share, now)), theme::kText});
  lines.push_back({std::move(state)});
  Window window = centred_window(columns, rows, inner, static_cast<int>(lines.size()));
  window.heading = share.existing.value_or(false) ? "Shared already" : "Shared";
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
  const std::size_t room = static_cast<std::size_t>(std::max(rows - kFrameRows, 1)) -
                           std::min(lines.size(), static_cast<std::size_t>(std::max(rows - kFrameRows - 1, 0)));
  std::string cleaned = clean_for_terminal(card.text);
  std::ranges::replace(cleaned, '\t', ' ');
  auto text = wrap(cleaned, inner);
  if (text.size() > room) {
    text.resize(room);
    text.back() = panko::elide(text.back() + " …", static_cast<std::size_t>(inner));
  }
  add(lines, text, theme::kText);
  Window window = centred_window(columns, rows, inner, static_cast<int>(lines.size()));
  window.heading = card.heading;
  window.heading_style = theme::kFailure;
  window.lines = std::move(lines);
  window.keys = {{"any key", "closes"}};
  return window;
}

}  // namespace

Window card_window(const Card& card, std::size_t waiting, int columns, int rows, WallTime now) {
  const auto* up = std::get_if<UpCard>(&card.what);
  Window window =
      up ? up_window(*up, columns, rows, now) : trouble_window(std::get<TroubleCard>(card.what), columns, rows);
  if (waiting > 0) window.heading += fmt::format(" (1 of {})", waiting + 1);
  return window;
}

}  // namespace panko::tui
