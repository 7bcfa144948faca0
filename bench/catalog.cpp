// What the list of sessions costs: loading the index, verifying that nothing changed, reading everything afresh
// (against reading the same bytes), and a keystroke of the search. PANKO_BENCH_SESSIONS is how many sessions there are
// (10,000), PANKO_BENCH_SESSION a file that each of them is a copy of; without it they are small ones.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "catalog/fuzzy.hpp"
#include "catalog/library.hpp"
#include "config/places.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::array kWords{"fix",    "the",   "parser",     "so",    "that",  "empty", "sessions",
                            "are",    "shown", "with",       "their", "title", "and",   "retry",
                            "tunnel", "when",  "cloudflare", "is",    "slow",  "tests"};

std::string sentence(std::size_t seed, std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i)
    text += fmt::format("{} ", kWords[(seed * 7 + i * i * 3 + seed / 13) % kWords.size()]);
  return text;
}

/// A home with that many sessions, and an index that is current.
class Home {
 public:
  Home() {
    std::string name = (fs::temp_directory_path() / "panko-bench-XXXXXX").native();
    directory_ = ::mkdtemp(name.data());
    ::setenv("HOME", directory_.c_str(), 1);
    ::setenv("PANKO_HOME", (directory_ / "panko").c_str(), 1);
    for (const char* variable : {"CLAUDE_CONFIG_DIR", "CODEX_HOME"}) ::unsetenv(variable);
    const char* count = std::getenv("PANKO_BENCH_SESSIONS");
    for (std::size_t i = 0; i < (count != nullptr ? std::stoul(count) : 10'000); ++i) add(i);
    (void)panko::list_sessions(places());
  }
  ~Home() { fs::remove_all(directory_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  [[nodiscard]] static panko::Places places() { return panko::find_places().value(); }
  [[nodiscard]] const std::vector<fs::path>& files() const { return files_; }

 private:
  void add(std::size_t i) {
    const std::string id = fmt::format("{:08x}-0000-4000-8000-{:012}", i * 2654435761U % 0xffffffffU, i);
    const fs::path path = directory_ / ".claude/projects" / fmt::format("-src-project-{}", i % 40) / (id + ".jsonl");
    fs::create_directories(path.parent_path());
    files_.push_back(path);
    if (const char* model = std::getenv("PANKO_BENCH_SESSION")) {
      fs::copy_file(model, path);
      return;
    }
    std::ofstream(path) << fmt::format(
        R"({{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/src/project-{}","sessionId":"{}",)"
        R"("version":"2.1.0","gitBranch":"main","type":"user","message":{{"role":"user","content":"{}"}},)"
        R"("uuid":"aaaaaaaa-0000-4000-8000-000000000001","timestamp":"2026-10-16T09:12:04.210Z"}})"
        "\n",
        i % 40, id, sentence(i, 100));
  }

  fs::path directory_;
  std::vector<fs::path> files_;
};

const Home& home() {
  static const Home home;
  return home;
}

void load(benchmark::State& state) {
  (void)home();
  for (auto _ : state) benchmark::DoNotOptimize(panko::load_indexed_sessions(Home::places()));
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void verify(benchmark::State& state) {
  (void)home();
  for (auto _ : state) benchmark::DoNotOptimize(panko::list_sessions(Home::places()));
}
BENCHMARK(verify)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void read_bytes(benchmark::State& state) {
  std::vector<char> buffer(256 << 10);
  std::int64_t bytes = 0;
  for (auto _ : state)
    for (const fs::path& path : home().files()) {
      const panko::Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
      for (ssize_t got = 1; got > 0; bytes += got) got = ::read(fd.get(), buffer.data(), buffer.size());
    }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(read_bytes)->Unit(benchmark::kMillisecond)->UseRealTime();

void read_afresh(benchmark::State& state) {
  (void)home();
  for (auto _ : state) {
    fs::remove(Home::places().cache_dir / "index.db");
    benchmark::DoNotOptimize(panko::list_sessions(Home::places()));
  }
}
BENCHMARK(read_afresh)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void keystroke(benchmark::State& state, const std::string& query) {
  (void)home();
  const auto sessions = panko::load_indexed_sessions(Home::places());
  std::size_t met = 0;
  for (auto _ : state) {
    const panko::FuzzyQuery fuzzy(query);
    met = 0;
    for (const panko::SessionEntry& session : sessions) met += fuzzy.score(session).has_value() ? 1 : 0;
  }
  state.counters["met"] = static_cast<double>(met);
}
BENCHMARK_CAPTURE(keystroke, one_letter, "e")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keystroke, word, "session")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keystroke, scattered, "ftpsts")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keystroke, words, "fix tunnel slow proj7")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keystroke, nowhere, "xyzzy")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keystroke, beyond_ascii, "größe")->Unit(benchmark::kMillisecond);

}  // namespace
