#include "tests/tui/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "tests/support/project_files.hpp"

namespace panko::test {

using namespace std::chrono_literals;

namespace {

/// Dates are shown in local time; the tests' place is Greenwich.
const bool kGreenwich = [] {
  setenv("TZ", "UTC", 1);
  tzset();
  return true;
}();

}  // namespace

WallTime noon() {
  return from_iso8601("2026-03-12T12:00:00Z").value_or(WallTime{});
}

SessionEntry session(std::string_view title, std::string_view project, std::chrono::milliseconds ago) {
  SessionEntry entry;
  const std::string directory = "/home/ana/work/" + std::string(project);
  entry.path = "/home/ana/.claude/projects/-home-ana-work-" + std::string(project) + "/" +
               std::to_string(anchor_key_of(title) % 100'000) + ".jsonl";
  entry.agent = all_agents().front();
  entry.size = 48'200;
  entry.modified_at = noon() - ago;
  entry.project = project;
  SessionFacts& facts = entry.digest.facts;
  facts.id = "5d0c6a1e-3b7f-4c1a-9e52-7a1f0be4c0de";
  facts.title = title;
  facts.cwd = directory;
  facts.started_at = entry.modified_at - 95min;
  facts.ended_at = entry.modified_at;
  entry.digest.messages = 12;
  return entry;
}

std::vector<SessionEntry> sample_sessions() {
  std::vector<SessionEntry> all;
  all.push_back(session("Why the fern was overdue on Friday", "fernwatch", 4s));
  Digest& fern = all.back().digest;
  fern.facts.git_branch = "fix/weekend-watering";
  fern.facts.models = {"claude-opus-4-6", "claude-sonnet-4-5"};
  fern.facts.usage = {
      .input_tokens = 1'830, .output_tokens = 45'120, .cache_read_tokens = 2'310'000, .cache_write_tokens = 118'400};
  fern.messages = 1'204;
  fern.tools = {{"Bash", 34}, {"Read", 20}, {"Edit", 12}, {"Task", 2}};
  fern.first_prompt =
      "The fern was marked overdue on Friday although I had watered it on Thursday evening. Please find "
      "out why, and add a test before you change anything.";
  fern.last_answer =
      "The watering of Thursday was stored in local time and compared in UTC, so it counted as "
      "Wednesday's. Both are UTC now; the test fails without the change and passes with it.";
  all.back().size = 1'240'000;

  all.push_back(session("Watering plan for the holidays 🌿🫠", "fernwatch", 5min));
  all.back().digest.messages = 8;
  all.push_back(session("植物の水やりを毎朝七時に確認する仕組みを作ってください、それから通知も", "fernwatch", 26h));
  all.back().digest.first_prompt =
      "植物の水やりを毎朝七時に確認する仕組みを作ってください、それから通知も送れるように。";
  all.back().digest.last_answer = "通知は七時に送られます。👩‍🌾 does the rest.";
  all.push_back(session("\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202Etxt.exe\nsecond line", "tide-tables", 3 * 24h));
  all.back().agent = *std::ranges::find(all_agents(), "codex", &Agent::id);
  all.back().size = 104'857'600;
  all.push_back(session("Sort the tide tables by harbour", "tide-tables", 40 * 24h));
  all.push_back(session("7c1f", "", 400 * 24h));
  all.back().digest = {};
  all.back().digest.facts.title = "7c1f";
  all.back().unreadable = "The file cannot be opened: permission denied.";
  return all;
}

LibraryUpdate progress(std::size_t files_read, std::size_t files_to_read, bool is_complete) {
  LibraryUpdate update;
  update.files_read = files_read;
  update.files_to_read = files_to_read;
  update.is_complete = is_complete;
  return update;
}

DaemonUp daemon_with(std::vector<protocol::ShareInfo> shares) {
  DaemonUp up;
  up.shares = std::move(shares);
  return up;
}

tui::Model model_of(std::vector<SessionEntry> sessions, int columns, int rows) {
  tui::Model model = tui::initial_model(std::move(sessions), {}, columns, rows, noon());
  model.home = "/home/ana";
  (void)tui::update(model, progress(0, 0, true), noon());
  (void)tui::update(model, DaemonUp{}, noon());
  return model;
}

tui::Effects press(tui::Model& model, tui::Key key) {
  return tui::update(model, tui::Input{tui::KeyPress{.key = key}}, model.now);
}

tui::Effects type(tui::Model& model, std::string_view keys) {
  tui::Effects effects;
  while (!keys.empty()) {
    const auto [codepoint, length] = decode_character(keys);
    const tui::KeyPress key{.key = tui::Key::character, .character = static_cast<char32_t>(codepoint)};
    auto more = tui::update(model, tui::Input{key}, model.now);
    std::move(more.begin(), more.end(), std::back_inserter(effects));
    keys.remove_prefix(length);
  }
  return effects;
}

tui::KeyPress control(char character) {
  return {.key = tui::Key::character, .character = static_cast<char32_t>(character), .control = true};
}

namespace {

std::string name_of_row(const tui::Browser& browser, const tui::ListRow& row) {
  return row.is_heading() ? "# " + row.project : browser.sessions[row.session].digest.facts.title;
}

}  // namespace

std::vector<std::string> list(const tui::Model& model) {
  std::vector<std::string> names;
  for (const tui::ListRow& row : model.browser.rows) {
    const bool is_selected = names.size() == model.browser.selected;
    names.push_back((is_selected ? "> " : "") + name_of_row(model.browser, row));
  }
  return names;
}

std::string selected(const tui::Model& model) {
  const tui::Browser& browser = model.browser;
  return browser.selected < browser.rows.size() ? name_of_row(browser, browser.rows[browser.selected]) : "";
}

namespace {

template <class OfCell>
std::string lines_of(const ftxui::Screen& screen, OfCell of_cell) {
  std::string text;
  for (int y = 0; y < screen.dimy(); ++y) {
    std::string line;
    for (int x = 0; x < screen.dimx(); ++x) line += of_cell(screen.PixelAt(x, y));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string text_of(const ftxui::Screen& screen) {
  return lines_of(screen, [](const ftxui::Pixel& cell) { return cell.character; });
}

std::string unwrapped(const ftxui::Screen& screen) {
  std::string text = text_of(screen);
  for (std::size_t frame = text.find("│"); frame != std::string::npos; frame = text.find("│", frame))
    text.replace(frame, std::string_view("│").size(), " ");
  return squeeze_white_space(text);
}

std::string attributes_of(const ftxui::Screen& screen) {
  return lines_of(screen, [](const ftxui::Pixel& cell) -> std::string {
    if (cell.inverted) return cell.underlined ? "U" : cell.bold ? "B" : "i";
    if (cell.underlined) return "u";
    if (cell.bold) return "b";
    if (cell.dim) return "d";
    return cell.character == " " ? " " : ".";
  });
}

void expect_golden(std::string_view name, const std::string& text) {
  const std::filesystem::path path = test::project_file("tests/golden/tui") / (std::string(name) + ".txt");
  if (std::getenv("PANKO_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, golden) << "differs from " << path << "; PANKO_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace panko::test
