// Masks session files line by line, as an export would: how fast, and what it finds.
//   redactor SESSION...              MB/s of decoded text, reading and masking
//   redactor --hostile BYTES         MB/s on texts that want to be slow
//   redactor --mask OUTDIR FILE...   writes each file masked to OUTDIR
//   redactor --list FILE...          each finding on a line: kind, rule, number, context
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/json_index.hpp"
#include "redact/redactor.hpp"
#include "tests/support/hostile_texts.hpp"
#include "tests/support/linear.hpp"

namespace {

using panko::JsonIndex;
using panko::SessionRedactor;
using panko::test::cpu_seconds;

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Of this thread on its core: other work on the machine does not count.
double seconds_since(double start) {
  return cpu_seconds() - start;
}

panko::RedactionSettings settings() {
  panko::RedactionSettings given;
  given.salt.bytes = "salt";
  return given;
}

struct Session {
  explicit Session(const std::filesystem::path& path) : bytes(slurp(path)) {
    const std::string_view all = bytes;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find('\n', at), all.size());
      lines.push_back(all.substr(at, end - at));
      at = end + 1;
    }
  }
  void read(SessionRedactor& redactor) {
    for (const std::string_view line : lines) {
      padded.assign(line);
      padded.append(JsonIndex::kPadding, '\0');
      const bool is_record = index.load(std::string_view(padded).substr(0, line.size())) == panko::JsonStatus::complete;
      const auto piece = is_record ? redactor.read(index.root(), {}) : redactor.read(line, {});
      if (!piece) fmt::print(stderr, "{}\n", piece.error().message);
    }
  }
  std::string mask(const SessionRedactor& redactor) const {
    std::string out;
    SessionRedactor::Piece piece = 0;
    for (std::string_view line : lines) {
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first != std::string_view::npos && line[first] == '{')
        line = line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
      const auto masked = redactor.mask(piece++, line);
      out += masked ? masked->text() : masked.error().message;
      out += '\n';
    }
    return out;
  }

  std::string bytes;
  std::vector<std::string_view> lines;
  std::string padded;
  JsonIndex index;
};

void mask_to(const std::filesystem::path& folder, const std::filesystem::path& file) {
  Session session(file);
  SessionRedactor redactor(settings());
  session.read(redactor);
  std::ofstream(folder / file.filename(), std::ios::binary) << session.mask(redactor);
}

void list(const std::filesystem::path& file) {
  Session session(file);
  SessionRedactor redactor(settings());
  session.read(redactor);
  for (const auto& finding : redactor.findings()) {
    const auto& value = redactor.values()[finding.value];
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", value.kind, value.rule, value.number, value.sample, file.filename().string(),
               finding.context);
  }
}

/// Once, so that the rules are compiled and the files in memory.
void mask_to_nothing(const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files) {
    Session session(file);
    SessionRedactor redactor(settings());
    session.read(redactor);
    static_cast<void>(session.mask(redactor));
  }
}

void measure(const std::vector<std::filesystem::path>& files) {
  double reading = 0;
  double masking = 0;
  std::size_t bytes = 0;
  mask_to_nothing(files);
  for (const auto& file : files) {
    Session session(file);
    SessionRedactor redactor(settings());
    auto start = cpu_seconds();
    session.read(redactor);
    reading += seconds_since(start);
    start = cpu_seconds();
    static_cast<void>(session.mask(redactor));
    masking += seconds_since(start);
    bytes += session.bytes.size();
  }
  const double size = static_cast<double>(bytes) / 1e6;
  fmt::print("{} files, {:.1f} MB: read {:.0f} MB/s, mask {:.0f} MB/s, both {:.0f} MB/s\n", files.size(), size,
             size / reading, size / masking, size / (reading + masking));
}

void measure_hostile(std::size_t size) {
  for (const std::string_view part : panko::test::kHostileParts) {
    const std::string text = panko::test::hostile_text(part, size);
    SessionRedactor redactor(settings());
    const auto start = cpu_seconds();
    const auto piece = redactor.read(text, {});
    const double read = seconds_since(start);
    const auto masked = redactor.mask(*piece, text);
    if (!piece || !masked) continue;
    fmt::print("{:>10} bytes of {:32} read {:7.3f} s, both {:7.3f} s, {} findings\n", size,
               std::string(part.substr(0, 24)), read, seconds_since(start), redactor.findings().size());
    std::fflush(stdout);
  }
}

std::vector<std::filesystem::path> files_in(const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> files;
  for (const std::string& name : names) {
    if (!std::filesystem::is_directory(name)) {
      files.emplace_back(name);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(name))
      if (entry.is_regular_file() && entry.path().extension() == ".jsonl") files.push_back(entry.path());
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return 2;
  const std::string mode = arguments.front();
  if (mode.starts_with("--")) arguments.erase(arguments.begin());
  if (mode == "--hostile") {
    measure_hostile(std::stoul(arguments.at(0)));
  } else if (mode == "--mask") {
    const std::filesystem::path folder = arguments.at(0);
    std::filesystem::create_directories(folder);
    arguments.erase(arguments.begin());
    for (const auto& file : files_in(arguments)) mask_to(folder, file);
  } else if (mode == "--list") {
    for (const auto& file : files_in(arguments)) list(file);
  } else {
    measure(files_in(arguments));
  }
  return 0;
}
