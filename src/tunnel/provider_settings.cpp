#include "tunnel/provider_settings.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

using Type = ProviderKey::Type;

constexpr ProviderKey kPort{"port", Type::number, "where the gateway listens on this machine"};
constexpr std::size_t kLongestSecret = 4096;
constexpr std::size_t kMostVariables = std::size_t{64} << 10;

bool is_of(Type type, const SettingValue& value) {
  switch (type) {
    case Type::flag: return std::holds_alternative<bool>(value);
    case Type::number: return std::holds_alternative<std::int64_t>(value);
    case Type::text: return std::holds_alternative<std::string>(value);
    case Type::list: return std::holds_alternative<std::vector<std::string>>(value);
  }
  return false;
}

std::string_view in_words(Type type) {
  switch (type) {
    case Type::flag: return "true or false";
    case Type::number: return "a whole number";
    case Type::text: return "a text in quotes";
    case Type::list: return "a list of texts in quotes";
  }
  return "";
}

template <class T>
const T* find(const ProviderSettings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : std::get_if<T>(&found->second);
}

/// Of a file that nobody else may read.
Result<Fd> open_private_file(const std::string& file) {
  // Links are followed: secrets are often kept elsewhere. What counts is whose the file is, and who can read it.
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail(fmt::format("Cannot read {}: {}.", file, describe_errno(errno)));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return fail(fmt::format("{} is not a file.", file));
  if (status.st_uid != ::geteuid()) return fail(fmt::format("{} belongs to another user.", file));
  if ((status.st_mode & 077) != 0)
    return fail(fmt::format("{} holds a secret and is open to other users: run chmod 600 {}.", file, file));
  return fd;
}

Result<std::string> read_private_file(const std::string& path, std::size_t most) {
  const auto file = expand_home(path);
  const auto fd = open_private_file(file);
  if (!fd) return std::unexpected(fd.error());
  std::string text(most + 1, '\0');
  const auto count = ::read(fd->get(), text.data(), text.size());
  if (count < 0) return fail(fmt::format("Cannot read {}: {}.", file, describe_errno(errno)));
  text.resize(static_cast<std::size_t>(count));
  if (text.size() > most) return fail(fmt::format("{} has more than {} bytes.", file, most));
  return text;
}

/// "NAME=value"
bool is_variable(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789";
  const auto name = line.substr(0, line.find('='));
  return name.size() < line.size() && !name.empty() && !kDigits.contains(name.front()) && !name.starts_with("PANKO_") &&
         !line.contains('\0') &&
         std::ranges::all_of(
             name,
             [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
             });
}

}  // namespace

Result<void> check_settings(const Provider& provider, const ProviderSettings& settings) {
  std::vector<ProviderKey> keys(provider.keys.begin(), provider.keys.end());
  if (provider.has_tunnel) keys.push_back(kPort);
  for (const auto& [name, value] : settings) {
    const auto key = std::ranges::find(keys, name, &ProviderKey::name);
    const auto where = fmt::format("[providers.{}] in config.toml", provider.name);
    if (key == keys.end()) {
      std::vector<std::string_view> known;
      known.reserve(keys.size());
      for (const auto& candidate : keys) known.push_back(candidate.name);
      const auto asked = clean_line_for_terminal(truncate_utf8(name, 100));
      if (const auto meant = nearest(name, known); !meant.empty())
        return fail(fmt::format("{} has no key \"{}\"; did you mean \"{}\"?", where, asked, meant));
      if (known.empty()) return fail(fmt::format("{} takes no keys; remove \"{}\".", where, asked));
      return fail(fmt::format("{} has no key \"{}\"; there are {}.", where, asked, fmt::join(known, ", ")));
    }
    if (!is_of(key->type, value))
      return fail(fmt::format("{}: \"{}\" has to be {}.", where, name, in_words(key->type)));
  }
  if (const auto* port = find<std::int64_t>(settings, kPort.name);
      port != nullptr && provider.has_tunnel && (*port < 1024 || *port > 65535))
    return fail(fmt::format("[providers.{}] in config.toml: \"port\" has to be from 1024 to 65535.", provider.name));
  return {};
}

std::optional<Obstacle> obstacle_of(const Provider& provider, const ProviderSettings& settings) {
  if (auto checked = check_settings(provider, settings); !checked)
    return Obstacle{.sentence = std::move(checked.error().message), .command = {}};
  return provider.missing(settings);
}

std::optional<Obstacle> bad_setting(std::string sentence) {
  return Obstacle{.sentence = std::move(sentence), .command = {}};
}

std::string in_words(const Obstacle& obstacle) {
  if (obstacle.command.empty() || obstacle.sentence.contains(obstacle.command)) return obstacle.sentence;
  return fmt::format("{} Run: {}", obstacle.sentence, obstacle.command);
}

std::string text_setting(const ProviderSettings& settings, std::string_view key) {
  const auto* text = find<std::string>(settings, key);
  return text == nullptr ? std::string() : *text;
}

std::vector<std::string> list_setting(const ProviderSettings& settings, std::string_view key) {
  const auto* list = find<std::vector<std::string>>(settings, key);
  return list == nullptr ? std::vector<std::string>() : *list;
}

std::optional<std::int64_t> number_setting(const ProviderSettings& settings, std::string_view key) {
  const auto* number = find<std::int64_t>(settings, key);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

bool flag_setting(const ProviderSettings& settings, std::string_view key) {
  const auto* flag = find<bool>(settings, key);
  return flag != nullptr && *flag;
}

std::string expand_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return path.starts_with("~/") && home != nullptr ? home + path.substr(1) : path;
}

Result<void> check_secret_file(const std::string& path) {
  if (const auto fd = open_private_file(expand_home(path)); !fd) return std::unexpected(fd.error());
  return {};
}

Result<std::string> read_secret(const std::string& path) {
  auto text = read_private_file(path, kLongestSecret);
  if (!text) return text;
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r' || text->back() == ' ')) text->pop_back();
  if (text->empty() || text->find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
    return fail(fmt::format("{} has to hold the secret as its one line.", path));
  return text;
}

Result<std::vector<std::string>> read_secret_variables(const std::string& path) {
  const auto text = read_private_file(path, kMostVariables);
  if (!text) return std::unexpected(text.error());
  std::vector<std::string> variables;
  std::size_t number = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (!is_variable(line))
      return fail(
          fmt::format("{}: line {} is not NAME=value. Names are letters, digits and _, and do not begin with "
                      "PANKO_.",
                      path, number));
    variables.emplace_back(line);
  }
  return variables;
}

}  // namespace panko
