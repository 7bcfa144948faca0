// What reading a session costs, layer by layer: lines, their JSON, the outline; and a list's look at head and tail.
// PANKO_BENCH_SESSION names a Claude Code session (scripts/make-session makes one); without it a small one of our own.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "agents/claude.hpp"
#include "agents/json_lines.hpp"
#include "session/line_reader.hpp"

namespace {

panko::Source session() {
  if (const char* named = std::getenv("PANKO_BENCH_SESSION")) {
    auto source = panko::Source::open(named);
    if (source) return std::move(*source);
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    std::exit(1);
  }
  std::string bytes;
  for (int i = 0; i < 4000; ++i)
    bytes += R"({"type":"user","sessionId":"s","uuid":"u)" + std::to_string(i) +
             R"(","timestamp":"2026-03-01T09:00:00.000Z","message":{"role":"user","content":")" +
             std::string(1000, 'x') + "\"}}\n";
  return panko::Source::from_bytes(bytes).value();
}

void count_bytes(benchmark::State& state, const panko::Source& source) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(source.size()));
}

void lines(benchmark::State& state) {
  const panko::Source source = session();
  for (auto _ : state) {
    panko::LineReader reader(source);
    while (const auto line = reader.next()) benchmark::DoNotOptimize(line->text.data());
  }
  count_bytes(state, source);
}
BENCHMARK(lines);

void json(benchmark::State& state) {
  const panko::Source source = session();
  const panko::JsonLinesVisitor visitor{.record = [](const panko::JsonRecord&) { return true; },
                                        .unshown = [](const panko::UnshownLine&) {}};
  for (auto _ : state) benchmark::DoNotOptimize(panko::read_json_lines(source, visitor));
  count_bytes(state, source);
}
BENCHMARK(json);

void outline(benchmark::State& state) {
  const panko::Source source = session();
  for (auto _ : state) benchmark::DoNotOptimize(panko::read_claude(source, "session.jsonl", {}));
  count_bytes(state, source);
}
BENCHMARK(outline);

void summary(benchmark::State& state) {
  const panko::Source source = session();
  for (auto _ : state) benchmark::DoNotOptimize(panko::summarise_claude(source, "session.jsonl"));
}
BENCHMARK(summary);

}  // namespace
