#include "tui/preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "base/numbers.hpp"
#include "tui/links.hpp"
#include "tui/marked.hpp"
#include "tui/sharing_text.hpp"
#include "tui/when.hpp"

namespace panko::tui {

namespace {

constexpr int kLabelColumns = 11;
constexpr std::size_t kMostTitleLines = 3;
constexpr std::size_t kLeastMarked = 3;  // bytes

/// In prose letters in a row are met everywhere; whole words are worth a mark.
std::vector<MatchRange> words_met(const std::string& line, const FuzzyQuery& query) {
  if (query.empty()) return {};
  std::vector<MatchRange> ranges = query.marks(line);
  std::erase_if(ranges, [](const MatchRange& range) { return range.length < kLeastMarked; });
  return ranges;
}

/// Collects the lines; texts are wrapped to its width.
class Page {
 public:
  explicit Page(int columns) : columns_(columns) {}

  void text(std::string_view foreign, const Style& style, std::size_t most_lines = SIZE_MAX) {
    std::vector<std::string> wrapped = wrap(presentable(foreign), columns_);
    if (wrapped.size() > most_lines) {
      wrapped.resize(most_lines);
      wrapped.back() += " …";
    }
    for (std::string& line : wrapped) lines_.push_back(elide({{std::move(line), style}}, columns_));
  }

  void gap() {
    if (!lines_.empty()) lines_.emplace_back();
  }

  void fact(std::string_view label, std::string_view value, const Style& style = theme::kText) {
    if (value.empty()) return;
    const int room = std::max(columns_ - kLabelColumns, 1);
    bool first = true;
    for (std::string& line : wrap(value, room)) {
      lines_.push_back(
          {{fmt::format("{:<{}}", first ? label : "", kLabelColumns), theme::kQuiet}, {std::move(line), style}});
      first = false;
    }
  }

  void passage(std::string_view heading, std::string_view foreign, const FuzzyQuery& query) {
    if (foreign.empty()) return;
    gap();
    lines_.push_back({{std::string(heading), theme::kName}});
    for (const std::string& line : wrap(presentable(foreign), columns_))
      lines_.push_back(marked(line, words_met(line, query), theme::kText, theme::kMatch));
  }

  std::vector<Line> take() { return std::move(lines_); }

 private:
  int columns_;
  std::vector<Line> lines_;
};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

std::string tokens(const Usage& usage) {
  if (usage == Usage{}) return {};
  std::string text =
      fmt::format("{} in · {} out", format_roughly(usage.input_tokens), format_roughly(usage.output_tokens));
  if (usage.cache_read_tokens > 0 || usage.cache_write_tokens > 0) {
    text += fmt::format(" · cache {} read, {} written", format_roughly(usage.cache_read_tokens),
                        format_roughly(usage.cache_write_tokens));
  }
  return text;
}

std::string tools(const std::vector<ToolCount>& counts) {
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const ToolCount& tool : counts) parts.push_back(fmt::format("{} {}", presentable(tool.name), tool.calls));
  return joined(parts, " · ");
}

std::string models(const SessionFacts& facts) {
  std::vector<std::string> names;
  names.reserve(facts.models.size());
  for (const std::string& name : facts.models) names.push_back(presentable(name));
  return joined(names, ", ");
}

std::string duration(const SessionFacts& facts) {
  if (!facts.started_at || !facts.ended_at || *facts.ended_at < *facts.started_at) return {};
  return describe_duration(std::chrono::floor<std::chrono::seconds>(*facts.ended_at - *facts.started_at));
}

void add_shares(Page& page, const Model& model, const SessionEntry& session) {
  for (const protocol::ShareInfo& share : model.sharing.shares) {
    if (share.session_path != session.path.native()) continue;
    const std::string provider = presentable(share.provider_name);
    const std::string plight = presentable(plight_of(share));
    if (!plight.empty()) {
      page.fact("Shared", fmt::format("through {}; {}", provider, plight), theme::kFailure);
      continue;
    }
    page.fact("Shared", fmt::format("through {}, {}", provider, expiry_sentence(share, model.now)), theme::kShared);
    page.fact("", presentable(share.public_url));
    if (is_new_link(model.sharing, share, model.now)) page.fact("", change_sentence(share, model.now), theme::kWarning);
  }
}

void add_session(Page& page, const Model& model, const SessionEntry& session) {
  const Digest& digest = session.digest;
  const SessionFacts& facts = digest.facts;
  page.text(facts.title, theme::kStrong, kMostTitleLines);
  page.gap();
  if (!session.unreadable.empty()) {
    page.text(session.unreadable, theme::kFailure);
    page.gap();
  }
  add_shares(page, model, session);
  page.fact("Project", shown_path(facts.cwd, model.home));
  page.fact("Branch", presentable(facts.git_branch));
  page.fact("Agent", session.agent->name);
  page.fact("Models", models(facts));
  if (facts.started_at) page.fact("Started", local_moment(*facts.started_at));
  page.fact("Duration", duration(facts));
  if (session.unreadable.empty()) page.fact("Messages", format_number(digest.messages));
  page.fact("Tokens", tokens(facts.usage));
  page.fact("Tools", tools(digest.tools));
  std::string size = format_bytes(session.size);
  if (facts.unreadable_lines > 0) size += ", " + format_count(facts.unreadable_lines, "damaged line", "damaged lines");
  page.fact("Size", size);
  page.fact("File", shown_path(session.path.native(), model.home));
  page.passage("First prompt", digest.first_prompt, FuzzyQuery(model.browser.query));
  page.passage("Last answer", digest.last_answer, FuzzyQuery(""));
}

void add_project(Page& page, const Model& model, const ListRow& heading) {
  page.text(heading.project.empty() ? "Sessions without a project" : project_of(heading.project), theme::kStrong);
  page.gap();
  page.fact("Directory", shown_path(heading.project, model.home));
  page.fact("Sessions", format_number(heading.number));
}

}  // namespace

std::string shown_path(std::string_view path, std::string_view home) {
  if (home.size() > 1 && path.starts_with(home) && (path.size() == home.size() || path[home.size()] == '/'))
    return "~" + presentable(path.substr(home.size()));
  return presentable(path);
}

std::vector<Line> preview_lines(const Model& model, int columns) {
  Page page(columns);
  const Browser& browser = model.browser;
  if (const SessionEntry* session = browser.selected_session()) {
    add_session(page, model, *session);
  } else if (browser.selected < browser.rows.size()) {
    add_project(page, model, browser.rows[browser.selected]);
  }
  return page.take();
}

}  // namespace panko::tui
