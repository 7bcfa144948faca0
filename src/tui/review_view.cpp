#include "tui/review_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "protocol/findings.hpp"
#include "tui/provider_choice.hpp"
#include "tui/review.hpp"
#include "tui/share_facts.hpp"

namespace panko::tui {

namespace {

using protocol::FindingInfo;
using Filter = Review::Filter;
using Lines = std::vector<WindowLine>;

constexpr int kGap = 2;
constexpr int kSpacious = 20;                    // rows from which there are blank lines
constexpr int kSeparately = 70;                  // columns from which place and number have columns of their own
constexpr std::string_view kNoBreak = "\u00A0";  // as wide as the space that it keeps from being broken

std::string name_of(const FindingInfo& finding) {
  return presentable(protocol::finding_name(finding));
}

std::string_view place_of(const FindingInfo& finding) {
  constexpr auto kPlaces = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"user", "prompt"},
      {"assistant", "answer"},
      {"thinking", "thinking"},
      {"tool", "tool call"},
      {"subagent", "sub-agent"},
      {"command", "command"},
      {"compaction", "summary"},
      {"notice", "notice"},
      {"image", "image"},
  });
  const auto known = std::ranges::find(kPlaces, finding.where, [](const auto& place) { return place.first; });
  return known == kPlaces.end() ? "session" : known->second;
}

Span state_of(const ProviderChoice& choice, const FindingInfo& finding) {
  if (finding.allowed) return {"fine  ", theme::kWarning};
  if (finding.personal && choice.personal_shown) return {"shown ", theme::kWarning};
  return {"masked", theme::kDone};
}

std::string turn_of(const FindingInfo& finding) {
  return finding.turn == 0 ? "Before the first prompt" : fmt::format("Turn {}", format_number(finding.turn));
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

struct Widths {
  int name = 0;
  int sample = 0;
  int place = 0;  // 0: no room for it
  int count = 0;
};

struct Drawing {
  const ProviderChoice& choice;
  const protocol::ScanInfo* found;  // null: not known
  Review review;
  std::vector<std::size_t> shown;  // as reviewed()
  int columns;                     // of a line
  int rows;

  [[nodiscard]] bool is_spacious() const { return rows >= kSpacious; }
  [[nodiscard]] const FindingInfo& finding(std::size_t item) const { return found->findings[shown[item]]; }
};

Drawing drawing_of(const ProviderChoice& choice, int columns, int rows) {
  return {choice,
          choice.scan.found ? &*choice.scan.found : nullptr,
          choice.review.value_or(Review()),
          reviewed(choice),
          std::max(columns - kFrameColumns, 1),
          std::max(rows - kFrameRows, 1)};
}

std::string count_of(const FindingInfo& finding) {
  return finding.count > 1 ? fmt::format("{} times", format_number(finding.count)) : "";
}

Widths widths_of(const Drawing& drawing) {
  Widths widths;
  for (std::size_t i = 0; i < drawing.shown.size(); ++i) {
    const FindingInfo& finding = drawing.finding(i);
    widths.name = std::max(widths.name, width_of(name_of(finding)));
    widths.sample = std::max(widths.sample, width_of(presentable(finding.sample)));
    widths.place = std::max(widths.place, width_of(place_of(finding)));
    widths.count = std::max(widths.count, width_of(count_of(finding)));
  }
  if (drawing.columns < kSeparately) widths.place = widths.count = 0;
  widths.name = std::min(widths.name, drawing.columns / 2);
  return widths;
}

std::string padded(std::string text, int width) {
  text = panko::elide(text, static_cast<std::size_t>(std::max(width, 1)));
  return text + std::string(static_cast<std::size_t>(std::max(width - width_of(text), 0) + kGap), ' ');
}

/// "› masked  github-token #3  ghp_… (40 characters)  tool call  3 times"
Line item_line(const Drawing& drawing, std::size_t item, const Widths& widths) {
  const FindingInfo& finding = drawing.finding(item);
  const bool is_selected = item == drawing.review.selected;
  const Span state = state_of(drawing.choice, finding);
  Line line{{is_selected ? "› " : "  ", theme::kStrong},
            {state.text + std::string(kGap, ' '), state.style},
            {padded(name_of(finding), widths.name), theme::kStrong},
            {padded(presentable(finding.sample), widths.sample), theme::kText}};
  if (widths.place > 0) {
    line.push_back({padded(std::string(place_of(finding)), widths.place), theme::kQuiet});
    line.push_back({padded(count_of(finding), widths.count), theme::kQuiet});
  }
  if (!is_selected) return line;
  if (const int left = drawing.columns - width_of(line); left > 0)
    line.push_back({std::string(static_cast<std::size_t>(left), ' '), theme::kText});
  for (Span& span : line) span.style = {.bold = span.style.bold, .inverted = true};
  return line;
}

/// One line a finding, and one before each turn.
struct List {
  struct Row {
    std::size_t item;
    bool is_turn = false;  // of that item
  };
  std::vector<Row> rows;
  std::size_t selected = 0;  // row of the selected one
};

List list_of(const Drawing& drawing) {
  List list;
  for (std::size_t i = 0; i < drawing.shown.size(); ++i) {
    if (i == 0 || drawing.finding(i).turn != drawing.finding(i - 1).turn) list.rows.push_back({i, true});
    if (i == drawing.review.selected) list.selected = list.rows.size();
    list.rows.push_back({i});
  }
  return list;
}

std::size_t top_of(const List& list, std::size_t top, std::size_t room) {
  if (list.rows.size() <= room) return 0;
  const bool has_heading = list.selected > 0 && list.rows[list.selected - 1].is_turn && room > 1;
  top = std::min(top, list.selected - (has_heading ? 1 : 0));
  if (list.selected >= top + room) top = list.selected - room + 1;
  return std::min(top, list.rows.size() - room);
}

/// "Tab  [12 secrets]  30 personal  all     2 are fine"
Line filter_line(const Drawing& drawing) {
  if (!drawing.found) return {};
  const protocol::ScanInfo& found = *drawing.found;
  Line line{{"Tab ", theme::kKey}};
  const auto add = [&](Filter filter, const std::string& text) {
    const bool is_chosen = drawing.review.filter == filter;
    line.push_back(is_chosen ? Span{" [" + text + "]", theme::kName} : Span{"  " + text + " ", theme::kQuiet});
  };
  add(Filter::secrets, format_count(found.secrets, "secret", "secrets"));
  add(Filter::personal, fmt::format("{} personal", format_number(found.personal)));
  add(Filter::all, "all");
  std::set<std::string_view> fine;
  for (const FindingInfo& finding : found.findings)
    if (finding.allowed) fine.insert(finding.hash);
  if (!fine.empty()) line.push_back({fmt::format("  {} fine", format_number(fine.size())), theme::kWarning});
  if (found.left_out > 0)
    line.push_back({fmt::format("  {} more are not listed", format_number(found.left_out)), theme::kQuiet});
  return line;
}

/// In as few lines as they find room in.
Lines switch_lines(const Drawing& drawing) {
  const ProviderChoice& choice = drawing.choice;
  Lines lines;
  const auto add = [&](bool is_on, char key, std::string_view text) {
    Line box = checkbox(is_on, key, text);
    const bool fits = !lines.empty() && width_of(lines.back().line) + kGap + width_of(box) <= drawing.columns;
    if (fits)
      lines.back().line.push_back({std::string(kGap, ' '), theme::kText});
    else
      lines.emplace_back();
    std::ranges::move(box, std::back_inserter(lines.back().line));
  };
  add(is_hidden(choice.hide, "tools"), 't', "hide tool output");
  add(is_hidden(choice.hide, "thinking"), 'i', "hide thinking");
  add(is_hidden(choice.hide, "steps"), 'o', "only prompts and answers");
  add(!choice.personal_shown, 'p', "mask personal data");
  return lines;
}

/// The line around the finding, its marker made plain.
Lines context_lines(const FindingInfo& finding, int columns, std::size_t most) {
  const auto replace = [](std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  };
  const std::string marker = replace(presentable(finding.marker), " ", kNoBreak);
  const std::string text = replace(presentable(finding.context), presentable(finding.marker), marker);
  Lines lines;
  for (const std::string& part : wrap_within(text, columns, most)) {
    Line line;
    std::size_t begin = 0;
    for (std::size_t at = 0; !marker.empty() && (at = part.find(marker, begin)) != std::string::npos;) {
      line.push_back({part.substr(begin, at - begin), theme::kText});
      line.push_back({presentable(finding.marker), theme::kMatch});
      begin = at + marker.size();
    }
    line.push_back({replace(part.substr(begin), kNoBreak, " "), theme::kText});
    lines.push_back({std::move(line)});
  }
  return lines;
}

std::size_t context_rows(const Drawing& drawing) {
  constexpr int kMany = 40;
  if (!drawing.is_spacious()) return 2;
  return drawing.rows < kMany ? 3 : 5;
}

/// What is below the list, as many lines for each finding.
Lines below_the_list(const Drawing& drawing) {
  Lines lines{{.line = {{repeated("─", drawing.columns), theme::kQuiet}}}};
  const std::size_t height = 1 + 1 + context_rows(drawing);
  if (const FindingInfo* finding = selected_finding(drawing.choice)) {
    std::vector<Span> facts{{turn_of(*finding), theme::kStrong}, {std::string(place_of(*finding)), theme::kText}};
    if (finding->count > 1) facts.push_back({count_of(*finding), theme::kText});
    facts.push_back({"found as " + presentable(finding->rule), theme::kQuiet});
    if (finding->allowed) facts.push_back({"you said that this is fine: it is not masked", theme::kWarning});
    lines.push_back({elide(flow(facts, drawing.columns * 2).front(), drawing.columns)});
    std::ranges::move(context_lines(*finding, drawing.columns, context_rows(drawing)), std::back_inserter(lines));
  }
  lines.resize(height);
  if (drawing.is_spacious()) lines.emplace_back();
  std::ranges::move(switch_lines(drawing), std::back_inserter(lines));
  return lines;
}

/// Instead of a list.
std::vector<std::pair<std::string, Style>> said_without_list(const Sharing& sharing, const Drawing& drawing) {
  const std::string& failure = drawing.choice.scan.failure;
  if (!failure.empty())
    return {{failure, theme::kFailure},
            {"Without that nothing of it is shared. r looks again, Esc goes back.", theme::kText}};
  if (sharing.daemon == Sharing::Daemon::down)
    return {{"The daemon is away, and it is the daemon that looks; R starts it again.", theme::kWarning}};
  if (!drawing.found) return {{"Looking for secrets…", theme::kWarning}};
  if (drawing.review.filter == Filter::secrets) return {{"No secrets were found.", theme::kText}};
  if (drawing.review.filter == Filter::personal) return {{"No personal data was found.", theme::kText}};
  return {{"Nothing was found that would be masked.", theme::kText}};
}

std::size_t list_room(const Drawing& drawing) {
  const std::size_t others = 1 + (drawing.is_spacious() ? 1 : 0) + below_the_list(drawing).size();
  return std::cmp_greater(drawing.rows, others) ? static_cast<std::size_t>(drawing.rows) - others : 1;
}

}  // namespace

int review_page(const ProviderChoice& choice, int columns, int rows) {
  return static_cast<int>(list_room(drawing_of(choice, columns, rows)));
}

std::size_t review_top(const ProviderChoice& choice, int columns, int rows) {
  const Drawing drawing = drawing_of(choice, columns, rows);
  return top_of(list_of(drawing), drawing.review.top, list_room(drawing));
}

Window review_window(const Sharing& sharing, const ProviderChoice& choice, int columns, int rows) {
  const Drawing drawing = drawing_of(choice, columns, rows);
  Window window = centred_window(columns, rows, columns, rows);
  window.heading = "Review: what will be masked";  // the title itself is not masked here
  window.lines.push_back({filter_line(drawing)});
  if (drawing.is_spacious()) window.lines.emplace_back();

  const std::size_t room = list_room(drawing);
  const std::size_t end_of_list = window.lines.size() + room;
  const List list = list_of(drawing);
  const Widths widths = widths_of(drawing);
  for (std::size_t i = top_of(list, drawing.review.top, room); i < list.rows.size(); ++i) {
    if (window.lines.size() == end_of_list) break;
    const auto [item, is_turn] = list.rows[i];
    if (is_turn)
      window.lines.push_back({{{turn_of(drawing.finding(item)), theme::kName}}});
    else
      window.lines.push_back({item_line(drawing, item, widths), item});
  }
  if (list.rows.empty()) {
    for (const auto& [sentence, style] : said_without_list(sharing, drawing)) {
      for (std::string& part : wrap_within(presentable(sentence), drawing.columns, room / 2 + 1))
        window.lines.push_back({{{std::move(part), style}}});
    }
  }
  window.lines.resize(end_of_list);
  std::ranges::move(below_the_list(drawing), std::back_inserter(window.lines));

  const auto* provider = choice.selected ? provider_of(sharing, *choice.selected) : nullptr;
  if (!choice.scan.failure.empty()) window.keys.emplace_back("r", "look again");
  if (!list.rows.empty()) window.keys.emplace_back("Space", "this is fine");
  if (const auto* finding = selected_finding(choice); finding && finding->allowed)
    window.keys.back().second = "mask it";
  window.keys.emplace_back("Enter", provider && provider->available ? "share" : "choose a provider");
  window.keys.emplace_back("Tab", "filter");
  window.keys.emplace_back("Esc", "back");
  return window;
}

}  // namespace panko::tui
