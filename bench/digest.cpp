// What the digest of many sessions costs, against reading the same bytes: both in turns, so that whatever else the
// machine does meets both alike. `times_read` is the ratio on one thread; a list is made with two.
// PANKO_BENCH_SESSIONS names a folder of Claude Code sessions; without it 200 of our own of 220 KB.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "agents/claude.hpp"
#include "base/random.hpp"

namespace {

namespace fs = std::filesystem;

/// Removed with its owner.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("panko-bench-" + panko::random_uuid());
  Folder() { fs::create_directory(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

void write_sessions(const fs::path& folder) {
  for (int n = 0; n < 200; ++n) {
    std::ofstream file(folder / (std::to_string(n) + ".jsonl"));
    for (int i = 0; i < 200; ++i)
      file << R"({"type":"user","sessionId":"s","uuid":"u)" << i
           << R"(","timestamp":"2026-03-01T09:00:00.000Z","message":{"role":"user","content":")"
           << std::string(1000, 'x') << "\"}}\n";
  }
}

std::vector<fs::path> sessions_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  return files;
}

void read_all(const std::vector<fs::path>& files) {
  std::string chunk(std::size_t{256} * 1024, '\0');
  for (const fs::path& file : files) {
    const auto source = panko::Source::open(file).value();
    for (std::uint64_t at = 0; at < source.size(); at += chunk.size())
      benchmark::DoNotOptimize(source.read_at(at, chunk));
  }
}

void digest_all(const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    panko::DigestProgress progress;
    benchmark::DoNotOptimize(panko::digest_claude(panko::Source::open(file).value(), file, progress));
  }
}

template <class Work>
double seconds_of(Work work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void digest(benchmark::State& state) {
  const char* named = std::getenv("PANKO_BENCH_SESSIONS");
  const Folder own;
  if (named == nullptr) write_sessions(own.path);
  const auto files = sessions_below(named != nullptr ? named : own.path);
  std::int64_t bytes = 0;
  for (const fs::path& file : files) bytes += static_cast<std::int64_t>(fs::file_size(file));
  read_all(files);  // into the page cache
  double reading = 0;
  double digesting = 0;
  for (auto _ : state) {
    reading += seconds_of([&] { read_all(files); });
    const double taken = seconds_of([&] { digest_all(files); });
    digesting += taken;
    state.SetIterationTime(taken);
  }
  state.SetBytesProcessed(state.iterations() * bytes);
  state.counters["times_read"] = digesting / reading;
}
BENCHMARK(digest)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
