// What a key costs with 10,000 sessions: from the event to the drawn frame, without the terminal.
#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include <array>
#include <random>

#include "tui/update.hpp"
#include "tui/view.hpp"

namespace panko::tui {
namespace {

constexpr std::size_t kSessions = 10'000;

WallTime noon() {
  return from_iso8601("2026-03-12T12:00:00Z").value_or(WallTime{});
}

class Writer {
 public:
  std::string words(std::size_t count) {
    static constexpr auto kWords = std::to_array<std::string_view>(
        {"the",    "parser", "reads",   "every",  "token",  "of",     "a",      "session",
         "fix",    "rename", "because", "daemon", "share",  "naïve",  "window", "tunnel",
         "日本語", "should", "always",  "return", "buffer", "offset", "test",   "fern"});
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += ' ';
      text += kWords.at(random_() % kWords.size());
    }
    return text;
  }

  SessionEntry session(std::size_t number) {
    SessionEntry entry;
    const std::size_t project = random_() % 200;
    entry.path = fmt::format("/home/ana/.claude/projects/-home-ana-work-project-{}/{:08x}.jsonl", project, number);
    entry.agent = all_agents().front();
    entry.size = random_() % 1'000'000;
    entry.modified_at = noon() - std::chrono::seconds{random_() % 10'000'000};
    entry.project = fmt::format("project-{}", project);
    entry.digest.facts.cwd = "/home/ana/work/" + entry.project;
    entry.digest.facts.id = fmt::format("{:08x}-3b7f-4c1a-9e52-7a1f0be4c0de", number);
    entry.digest.facts.title = words(8);
    entry.digest.first_prompt = words(80);
    entry.digest.last_answer = words(80);
    return entry;
  }

 private:
  std::mt19937 random_{1};
};

Model model() {
  Writer writer;
  std::vector<SessionEntry> sessions;
  for (std::size_t i = 0; i < kSessions; ++i) sessions.push_back(writer.session(i));
  return initial_model(std::move(sessions), {}, 200, 50, noon());
}

void press(Model& model, Key key, char32_t character = 0) {
  benchmark::DoNotOptimize(update(model, Input{KeyPress{.key = key, .character = character}}, noon()));
  benchmark::DoNotOptimize(draw(model));
}

void key_to_frame(benchmark::State& state) {
  Model m = model();
  for (auto _ : state) press(m, Key::down);
}
BENCHMARK(key_to_frame)->Unit(benchmark::kMicrosecond);

void fold_to_frame(benchmark::State& state) {
  Model m = model();
  for (auto _ : state) press(m, Key::character, m.browser.folded.empty() ? 'h' : 'l');
}
BENCHMARK(fold_to_frame)->Unit(benchmark::kMicrosecond);

void sort_to_frame(benchmark::State& state) {
  Model m = model();
  for (auto _ : state) press(m, Key::character, 't');
}
BENCHMARK(sort_to_frame)->Unit(benchmark::kMicrosecond);

/// The first character of a search is the dearest: every session is looked at.
void first_search_character_to_frame(benchmark::State& state) {
  Model m = model();
  for (auto _ : state) {
    press(m, Key::character, '/');
    press(m, Key::character, 's');
    state.PauseTiming();
    press(m, Key::escape);
    state.ResumeTiming();
  }
}
BENCHMARK(first_search_character_to_frame)->Unit(benchmark::kMicrosecond);

void further_search_character_to_frame(benchmark::State& state) {
  Model m = model();
  press(m, Key::character, '/');
  press(m, Key::character, 's');
  for (auto _ : state) {
    press(m, Key::character, 'e');
    state.PauseTiming();
    press(m, Key::backspace);
    state.ResumeTiming();
  }
}
BENCHMARK(further_search_character_to_frame)->Unit(benchmark::kMicrosecond);

/// One session is being written while the list is open.
void changed_session_to_frame(benchmark::State& state) {
  Model m = model();
  Writer writer;
  const SessionEntry changed = writer.session(0);
  for (auto _ : state) {
    LibraryUpdate update_of_one;
    update_of_one.changed = {changed};
    benchmark::DoNotOptimize(update(m, std::move(update_of_one), noon()));
    benchmark::DoNotOptimize(draw(m));
  }
}
BENCHMARK(changed_session_to_frame)->Unit(benchmark::kMicrosecond);

void first_model(benchmark::State& state) {
  const Model m = model();
  for (auto _ : state) {
    state.PauseTiming();
    auto sessions = m.browser.sessions;
    state.ResumeTiming();
    const Model first = initial_model(std::move(sessions), {}, 200, 50, noon());
    benchmark::DoNotOptimize(draw(first));
  }
}
BENCHMARK(first_model)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace panko::tui
