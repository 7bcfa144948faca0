#include "config/project_policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/toml.hpp"
#include "config/word_list.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr const char* kName = ".panko.toml";
constexpr std::uint64_t kMostBytes = 64 << 10;
constexpr std::size_t kMostLevels = 256;

using Policy = ProjectPolicy;
using Apply = Result<void> (*)(const SettingValue& value, const fs::path& file, Policy& policy);

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

Result<void> apply_share(const SettingValue& value, const fs::path& file, Policy& policy) {
  const auto* may = std::get_if<bool>(&value);
  if (may == nullptr) return fail("has to be true or false.");
  if (!*may && policy.never.empty()) policy.never = file;
  return {};
}

Result<void> apply_providers(const SettingValue& value, const fs::path& file, Policy& policy) {
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return fail("has to be a list of names, such as [\"local\"].");
  if (!policy.providers) {
    policy.providers = *names;
    policy.providers_file = file;
    return {};
  }
  if (std::erase_if(*policy.providers, [&](const std::string& name) { return !has(*names, name); }) > 0)
    policy.providers_file = file;
  return {};
}

Result<void> apply_mask(const SettingValue& value, const fs::path& file, Policy& policy) {
  const auto* words = std::get_if<std::vector<std::string>>(&value);
  if (words == nullptr) return fail("has to be a list of words, such as [\"Acme\"].");
  for (const std::string& word : *words) {
    // The sentence must not hold the word.
    if (const auto checked = check_word(word); !checked)
      return fail(fmt::format("holds what can be no such word: {}", checked.error().message));
    if (has(policy.mask, word)) continue;
    if (policy.mask.empty()) policy.mask_file = file;
    policy.mask.push_back(word);
  }
  if (policy.mask.size() > kMostWords) return fail(fmt::format("holds more than {} words.", kMostWords));
  return {};
}

Result<void> apply_longest_expiry(const SettingValue& value, const fs::path& file, Policy& policy) {
  const auto* text = std::get_if<std::string>(&value);
  const auto longest = text == nullptr ? std::nullopt : parse_duration(*text);
  if (!longest || longest->count() == 0) return fail("has to be a time such as \"12h\", \"7d\" or \"2w\".");
  if (!policy.longest_expiry || *longest < *policy.longest_expiry) {
    policy.longest_expiry = longest;
    policy.longest_expiry_file = file;
  }
  return {};
}

struct Key {
  std::string_view name;
  Apply apply;
};

constexpr std::array kKeys{Key{"share", apply_share}, Key{"providers", apply_providers}, Key{"mask", apply_mask},
                           Key{"longest_expiry", apply_longest_expiry}};

std::string unknown(std::string_view key) {
  std::vector<std::string_view> names;
  names.reserve(kKeys.size());
  for (const Key& known : kKeys) names.push_back(known.name);
  const std::string asked = clean_line_for_terminal(truncate_utf8(key, 100));
  const auto meant = nearest(key, names);
  return meant.empty() ? fmt::format("there is no key \"{}\"; there are {}.", asked, fmt::join(names, ", "))
                       : fmt::format("there is no key \"{}\"; did you mean \"{}\"?", asked, meant);
}

/// Nothing is shared under a policy that is not understood.
std::unexpected<Error> not_understood(const fs::path& file, std::string_view why) {
  return fail(fmt::format("{}{} Nothing of this project is shared until that is mended.",
                          clean_line_for_terminal(to_valid_utf8(file.native())), why));
}

/// nullopt: there is none.
Result<std::optional<std::string>> read_one(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return std::nullopt;
    return not_understood(file, fmt::format(" cannot be looked at: {}.", describe_errno(errno)));
  }
  // Whoever waits for somebody to write into a pipe waits for ever.
  if (!S_ISREG(status.st_mode)) return not_understood(file, " is no file.");
  auto text = read_file(file, kMostBytes);
  if (!text) return not_understood(file, " cannot be read, or is longer than 64 KiB.");
  return std::move(*text);
}

}  // namespace

Result<void> add_policy(ProjectPolicy& policy, std::string_view text, const fs::path& file) {
  const auto entries = parse_toml(text);
  if (!entries) return not_understood(file, clean_line_for_terminal(entries.error().message));
  for (const TomlEntry& entry : *entries) {
    const auto key = std::ranges::find(kKeys, entry.path.front(), &Key::name);
    if (key == kKeys.end())
      return not_understood(file, fmt::format(", line {}: {}", entry.line, unknown(entry.path.front())));
    const auto applied = entry.path.size() == 1 && entry.value ? key->apply(*entry.value, file, policy)
                                                               : Result<void>(fail("has to be one value."));
    if (!applied)
      return not_understood(file, fmt::format(", line {}: {} {}", entry.line, key->name, applied.error().message));
  }
  return {};
}

Result<ProjectPolicy> read_project_policy(const fs::path& directory) {
  ProjectPolicy policy;
  // What is recorded is not resolved: where a link leads may be another project.
  fs::path level = directory.lexically_normal();
  if (!level.is_absolute()) return policy;
  for (std::size_t i = 0; i < kMostLevels; ++i) {
    const fs::path file = level / kName;
    const auto text = read_one(file);
    if (!text) return std::unexpected(text.error());
    if (const std::optional<std::string>& found = *text) {
      if (const auto added = add_policy(policy, *found, file); !added) return std::unexpected(added.error());
    }
    if (level == level.parent_path()) break;
    level = level.parent_path();
  }
  return policy;
}

}  // namespace panko
