#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "config/toml.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

using Path = std::vector<std::string>;

/// "max_shares" or "providers.NAME.KEY" as a path, or the sentence that says what is wrong with it.
Result<Path> path_of(std::string_view key) {
  Path path;
  for (std::string_view rest = key;;) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    path.emplace_back(rest.substr(0, dot));
    if (dot == rest.size()) break;
    rest.remove_prefix(dot + 1);
  }
  if (path.front() == "providers") {
    if (path.size() != 3 || !is_bare_key(path[1]) || !is_bare_key(path[2]))
      return fail("A provider's setting is named providers.NAME.KEY.");
    return path;
  }
  if (const auto rule = find_setting_rule(key); !rule) return std::unexpected(rule.error());
  return path;
}

Result<std::string> text_of(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error) && !error) return std::string{};
  return read_file(file, 1 << 20);
}

Result<std::vector<TomlEntry>> entries_of(std::string_view text, const fs::path& file) {
  auto entries = parse_toml(text);
  if (!entries) return fail(file.native() + clean_line_for_terminal(entries.error().message));
  return entries;
}

const TomlEntry* find(const std::vector<TomlEntry>& entries, const Path& path) {
  const auto found = std::ranges::find(entries, path, &TomlEntry::path);
  return found == entries.end() ? nullptr : &*found;
}

/// Byte offset at which line `number` (from 1) begins.
std::size_t start_of_line(std::string_view text, std::size_t number) {
  std::size_t offset = 0;
  for (; number > 1 && offset < text.size(); --number) offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
  return offset;
}

/// The text with a line put before line `number`, and a line end before it where the text has none.
void insert_line(std::string& text, std::size_t number, std::string_view line) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  text.insert(start_of_line(text, number), fmt::format("{}\n", line));
}

std::string with_value(std::string text, const std::vector<TomlEntry>& entries, const Path& path,
                       const SettingValue& value) {
  const std::string written = to_toml(value);
  if (const TomlEntry* old = find(entries, path)) {
    text.replace(old->begin, old->end - old->begin, written);
    return text;
  }
  const std::string line = fmt::format("{} = {}", path.back(), written);
  if (path.size() == 1) {
    // Top-level keys have to come before the first table: behind the last of them, else at the very top.
    std::size_t last = 0;
    for (const TomlEntry& entry : entries)
      if (entry.path.size() == 1) last = std::max(last, entry.last_line);
    insert_line(text, last + 1, line);
  } else if (const auto header = find_toml_header(text, {path[0], path[1]})) {
    insert_line(text, *header + 1, line);
  } else {
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += fmt::format("{}[{}.{}]\n{}\n", text.empty() ? "" : "\n", path[0], path[1], line);
  }
  return text;
}

/// Whether `text` says the same as `before`, but for `path`, which has the value (or none).
bool differs_only_in(std::string_view text, std::vector<TomlEntry> before, const Path& path,
                     const std::optional<SettingValue>& value) {
  auto after = parse_toml(text);
  if (!after) return false;
  const TomlEntry* now = find(*after, path);
  if ((now == nullptr) != !value || (now != nullptr && now->value != value)) return false;
  // An empty table says nothing.
  const auto ignored = [&](const TomlEntry& entry) {
    return entry.path == path || (!entry.value && entry.path.size() < path.size());
  };
  std::erase_if(before, ignored);
  std::erase_if(*after, ignored);
  return std::ranges::is_permutation(
      before, *after, [](const TomlEntry& a, const TomlEntry& b) { return a.path == b.path && a.value == b.value; });
}

Result<void> write_config(const fs::path& file, std::string_view text) {
  std::error_code error;
  // A link to a file elsewhere (dotfiles in a repository) stays a link.
  const fs::path target = fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : file;
  if (!fs::exists(target.parent_path(), error))
    if (const auto made = ensure_private_directory(target.parent_path()); !made) return made;
  return write_file_atomically(target, text);
}

Result<void> write_checked(const fs::path& file, std::string_view text, const std::vector<TomlEntry>& before,
                           const Path& path, const std::optional<SettingValue>& value) {
  if (!differs_only_in(text, before, path, value))
    return fail(fmt::format("{} is written in a way that panko cannot change in place; edit it with a text editor.",
                            file.native()));
  return write_config(file, text);
}

std::string joined(const Path& path) {
  std::string key = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) key += '.' + path[i];
  return key;
}

}  // namespace

Result<std::vector<Setting>> list_settings(const fs::path& file) {
  const auto text = text_of(file);
  if (!text) return std::unexpected(text.error());
  const auto config = parse_config(*text, file.native());
  if (!config) return std::unexpected(config.error());
  const auto entries = entries_of(*text, file);
  if (!entries) return std::unexpected(entries.error());
  std::vector<Setting> settings;
  for (const SettingRule& rule : setting_rules())
    settings.push_back({.key = std::string(rule.key),
                        .value = rule.read(*config),
                        .is_default = find(*entries, {std::string(rule.key)}) == nullptr});
  for (const TomlEntry& entry : *entries)
    if (entry.path.size() == 3) settings.push_back({.key = joined(entry.path), .value = entry.value});
  return settings;
}

Result<Setting> get_setting(const fs::path& file, std::string_view key) {
  if (const auto path = path_of(key); !path) return std::unexpected(path.error());
  auto settings = list_settings(file);
  if (!settings) return std::unexpected(settings.error());
  const auto found = std::ranges::find(*settings, key, &Setting::key);
  return found == settings->end() ? Setting{.key = std::string(key), .value = std::nullopt, .is_default = true}
                                  : *found;
}

Result<void> set_setting(const fs::path& file, std::string_view key, std::string_view value) {
  const auto path = path_of(key);
  if (!path) return std::unexpected(path.error());
  const SettingValue parsed = value_from_text(value);
  if (path->size() == 1) {
    Config scratch;
    const auto rule = find_setting_rule(key);
    if (const auto applied = (*rule)->apply(parsed, scratch); !applied)
      return fail(fmt::format("{} {}", key, applied.error().message));
  }
  const auto text = text_of(file);
  if (!text) return std::unexpected(text.error());
  const auto entries = entries_of(*text, file);
  if (!entries) return std::unexpected(entries.error());
  return write_checked(file, with_value(*text, *entries, *path, parsed), *entries, *path, parsed);
}

Result<bool> unset_setting(const fs::path& file, std::string_view key) {
  const auto path = path_of(key);
  if (!path) return std::unexpected(path.error());
  const auto text = text_of(file);
  if (!text) return std::unexpected(text.error());
  const auto entries = entries_of(*text, file);
  if (!entries) return std::unexpected(entries.error());
  const TomlEntry* entry = find(*entries, *path);
  if (entry == nullptr) return false;
  std::string changed = *text;
  const std::size_t begin = start_of_line(changed, entry->line);
  changed.erase(begin, start_of_line(changed, entry->last_line + 1) - begin);
  if (const auto written = write_checked(file, changed, *entries, *path, std::nullopt); !written)
    return std::unexpected(written.error());
  return true;
}

}  // namespace panko
