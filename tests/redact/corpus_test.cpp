// Over the planted secrets and the real sessions beside the project, where they are: PANKO_CORPUS names another place.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "base/json_index.hpp"
#include "redact/redactor.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace fs = std::filesystem;

namespace panko {
namespace {

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

struct Loaded {
  explicit Loaded(std::string_view line) : padded(line) {
    padded.append(JsonIndex::kPadding, '\0');
    is_record = index.load(std::string_view(padded).substr(0, line.size())) == JsonStatus::complete;
  }
  std::string padded;
  JsonIndex index;
  bool is_record = false;
};

/// Each line masked; a record stays one, with the same members.
std::vector<std::string> masked(const std::vector<std::string>& lines, SessionRedactor& redactor) {
  std::vector<std::string> raws;
  for (const std::string& line : lines) {
    Loaded loaded(line);
    const auto piece = loaded.is_record ? redactor.read(loaded.index.root(), {}) : redactor.read(line, {});
    EXPECT_TRUE(piece.has_value());
    raws.emplace_back(loaded.is_record ? loaded.index.root().raw() : std::string_view(line));
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < raws.size(); ++i) {
    const auto text = redactor.mask(static_cast<SessionRedactor::Piece>(i), raws[i]);
    EXPECT_TRUE(text.has_value());
    out.push_back(text->text());
  }
  return out;
}

TEST(Corpus, RecordsStayRecordsAndKeepTheirIds) {
  std::error_code error;
  std::size_t records = 0;
  for (fs::recursive_directory_iterator entry(test::corpus(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file() || entry->path().extension() != ".jsonl" || entry->file_size() > (2U << 20)) continue;
    const auto lines = lines_of(entry->path());
    SessionRedactor redactor({});
    const auto out = masked(lines, redactor);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Loaded before(lines[i]);
      if (!before.is_record) continue;
      Loaded after(out[i]);
      ASSERT_TRUE(after.is_record) << entry->path() << ":" << i + 1;
      ++records;
      for (const char* name : {"type", "uuid", "parentUuid", "sessionId", "timestamp", "id"})
        EXPECT_EQ(before.index.root()[name].raw(), after.index.root()[name].raw()) << entry->path() << ":" << i + 1;
    }
  }
  if (records == 0) GTEST_SKIP() << "no sessions at " << test::corpus();
}

TEST(Corpus, PlantedSecretsAreFound) {
  const fs::path archive = test::corpus().parent_path() / "secrets.tar.gz";
  if (!fs::exists(archive)) GTEST_SKIP() << "no " << archive;
  const test::TempDir folder;
  ASSERT_EQ(std::system(("tar -xzf '" + archive.string() + "' -C '" + folder.path().string() + "'").c_str()), 0);
  fs::path labels;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.path().filename() == "labels.json") labels = entry.path();
  ASSERT_FALSE(labels.empty());
  const fs::path out = folder.path() / "masked";
  fs::create_directories(out);
  for (const auto& entry : fs::directory_iterator(labels.parent_path() / "transcripts")) {
    SessionRedactor redactor({});
    std::ofstream file(out / entry.path().filename(), std::ios::binary);
    for (const std::string& line : masked(lines_of(entry.path()), redactor)) file << line << '\n';
  }
  const fs::path report = folder.path() / "report.json";
  ASSERT_EQ(std::system(("python3 '" + (labels.parent_path() / "score.py").string() + "' '" + labels.string() + "' '" +
                         out.string() + "' --json '" + report.string() + "' > /dev/null")
                            .c_str()),
            0);
  std::string text;
  for (const std::string& line : lines_of(report)) text += line;
  const auto figure = [&](const std::string& name) {
    std::smatch match;
    EXPECT_TRUE(std::regex_search(text, match, std::regex("\"" + name + "\": \"?(?:[0-9]+/[0-9]+ = )?([0-9.]+)")))
        << text;
    return match.empty() ? 0.0 : std::stod(match[1]);
  };
  EXPECT_GE(figure("must"), 0.995);
  EXPECT_GE(figure("should"), 0.97);
  EXPECT_GE(figure("hard"), 0.85);
  EXPECT_GE(figure("pii"), 0.97);
  EXPECT_LE(figure("fp_rate"), 0.01);
}

}  // namespace
}  // namespace panko
