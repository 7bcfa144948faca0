// What a visitor of a large session waits for, layer by layer: opening it, the first page, a window, find, changed
// files. PANKO_BENCH_SESSION names a session (scripts/make-session makes one); without it a small one of our own.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "edition/edition.hpp"
#include "edition/masked_session.hpp"
#include "edition/session_pages.hpp"

namespace {

using Where = panko::WindowAt::Where;

std::filesystem::path session() {
  if (const char* named = std::getenv("PANKO_BENCH_SESSION")) return named;
  static const auto path = std::filesystem::temp_directory_path() / ("panko-bench-" + std::to_string(::getpid()));
  if (!std::filesystem::exists(path)) {
    std::ofstream file(path);
    for (int i = 0; i < 4000; ++i)
      file << R"({"type":"user","sessionId":"s","uuid":"u)" << i
           << R"(","timestamp":"2026-03-01T09:00:00.000Z","message":{"role":"user","content":")"
           << std::string(1000, 'x') << "\"}}\n";
    std::atexit([] { std::filesystem::remove(path); });
  }
  return path;
}

std::shared_ptr<const panko::Edition> opened() {
  auto edition = panko::Edition::open(session(), std::nullopt);
  if (edition) return *edition;
  std::fprintf(stderr, "%s\n", edition.error().message.c_str());
  std::exit(1);
}

void open(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(opened());
}
BENCHMARK(open)->Unit(benchmark::kMillisecond);

/// Of an edition that nobody has looked at yet, without the opening.
void first_page(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const auto edition = opened();
    state.ResumeTiming();
    benchmark::DoNotOptimize(edition->page({}, {}));
  }
}
BENCHMARK(first_page)->Unit(benchmark::kMillisecond);

/// The session pass: what the first visitor of a share waits for when nobody made it before.
void masked_pass(benchmark::State& state) {
  for (auto _ : state) {
    panko::MaskedSession session(::session(), std::nullopt, {}, {});
    benchmark::DoNotOptimize(session.next());
  }
}
BENCHMARK(masked_pass)->Unit(benchmark::kMillisecond);

std::shared_ptr<const panko::Edition> masked() {
  auto edition = panko::Edition::open(session(), std::nullopt, {.redaction = panko::RedactionSettings(), .hiding = {}});
  if (edition) return *edition;
  std::fprintf(stderr, "%s\n", edition.error().message.c_str());
  std::exit(1);
}

/// Behind the pass: rows are made, and a page of them.
void masked_first_page(benchmark::State& state) {
  panko::MaskedSession session(::session(), std::nullopt, {}, {});
  if (!session.next()) std::exit(1);
  for (auto _ : state) {
    const auto edition = panko::Edition::of(session.next()->transcript, false);
    benchmark::DoNotOptimize(edition->page({}, {}));
  }
}
BENCHMARK(masked_first_page)->Unit(benchmark::kMillisecond);

/// Against `last_window` and `windows`.
void masked_last_window(benchmark::State& state) {
  const auto edition = masked();
  for (auto _ : state) benchmark::DoNotOptimize(edition->window({.where = Where::last}));
}
BENCHMARK(masked_last_window)->Unit(benchmark::kMillisecond);

/// A hundred windows, all over the session.
void windows_of(benchmark::State& state, const panko::Edition& edition) {
  const auto& pages = edition.pages();
  std::vector<std::string> anchors;
  for (std::uint32_t i = 0; i < 100; ++i)
    anchors.push_back(pages.anchor_of(static_cast<std::uint32_t>(std::uint64_t{pages.size()} * i / 100)));
  for (auto _ : state)
    for (const std::string& anchor : anchors)
      benchmark::DoNotOptimize(edition.window({.where = Where::from, .anchor = anchor}));
}
void windows(benchmark::State& state) {
  windows_of(state, *opened());
}
BENCHMARK(windows)->Unit(benchmark::kMillisecond);
void masked_windows(benchmark::State& state) {
  windows_of(state, *masked());
}
BENCHMARK(masked_windows)->Unit(benchmark::kMillisecond);

void page_again(benchmark::State& state) {
  const auto edition = opened();
  for (auto _ : state) benchmark::DoNotOptimize(edition->page({}, {}));
}
BENCHMARK(page_again)->Unit(benchmark::kMillisecond);

void last_window(benchmark::State& state) {
  const auto edition = opened();
  for (auto _ : state) benchmark::DoNotOptimize(edition->window({.where = Where::last}));
}
BENCHMARK(last_window)->Unit(benchmark::kMillisecond);

void find(benchmark::State& state, const std::string& text) {
  const auto edition = opened();
  for (auto _ : state) {
    // Another text in between: the places of the last one are remembered.
    benchmark::DoNotOptimize(edition->find(text, {}));
    state.PauseTiming();
    benchmark::DoNotOptimize(edition->find("\x01", {}));
    state.ResumeTiming();
  }
}
BENCHMARK_CAPTURE(find, everywhere, "the")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(find, nowhere, "no such text anywhere")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(find, in_records_alone, "sessionId")->Unit(benchmark::kMillisecond);

void files(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const auto edition = opened();
    state.ResumeTiming();
    benchmark::DoNotOptimize(edition->files_page(0, {}));
  }
}
BENCHMARK(files)->Unit(benchmark::kMillisecond);

}  // namespace
