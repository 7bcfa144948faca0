#include "desktop/download.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kTitleBytes = 60;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kSuffixBytes = 16;
constexpr int kMostNames = 1000;

bool belongs_in_a_name(std::int32_t character) {
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return false;
  }
}

/// Letters and digits in lower case, and one hyphen for whatever is between them.
std::string slug_of(std::string_view text, std::size_t bytes) {
  std::string slug;
  while (!text.empty()) {
    const auto [character, length] = decode_character(text);
    text.remove_prefix(length);
    if (character >= 0 && belongs_in_a_name(character)) {
      utf8proc_uint8_t encoded[4];
      const auto size = utf8proc_encode_char(utf8proc_tolower(character), encoded);
      slug.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
    } else if (!slug.empty() && !slug.ends_with('-')) {
      slug += '-';
    }
    if (slug.size() > bytes) break;
  }
  slug = truncate_utf8(slug, bytes);
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

/// ".jsonl", ".jsonl.zst": what follows the stem, as far as it is a suffix like others.
std::string suffix_of(const fs::path& file) {
  std::string suffix = file.extension().native();
  if (suffix == ".zst" || suffix == ".gz") suffix = file.stem().extension().native() + suffix;
  const bool plain = std::ranges::all_of(suffix, [](char c) {
    return c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return plain && suffix.size() <= kSuffixBytes ? suffix : "";
}

/// What stands between the quotes of XDG_DOWNLOAD_DIR="..." with $HOME in its place; nothing when it says nothing.
std::optional<fs::path> folder_from(std::string_view settings, const fs::path& home) {
  constexpr std::string_view kName = "XDG_DOWNLOAD_DIR=\"";
  std::optional<fs::path> folder;
  while (!settings.empty()) {
    std::string_view line = settings.substr(0, settings.find('\n'));
    settings.remove_prefix(std::min(line.size() + 1, settings.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(kName)) continue;
    std::string value;
    for (std::size_t i = kName.size(); i < line.size() && line[i] != '"'; ++i) {
      if (line[i] == '\\' && i + 1 < line.size()) ++i;
      value += line[i];
    }
    if (value == "$HOME" || value.starts_with("$HOME/")) value = home.native() + value.substr(5);
    if (value.starts_with('/')) folder = fs::path(value);
  }
  return folder;
}

std::unexpected<Error> cannot_copy(const fs::path& folder, int error) {
  if (error == ENOSPC || error == EDQUOT)
    return fail(fmt::format("There is no room left in {}: nothing was downloaded; make room and try again.",
                            clean_line_for_terminal(folder.native())));
  return fail(fmt::format("Cannot write to {}: {}.", clean_line_for_terminal(folder.native()), describe_errno(error)));
}

/// 0, or the errno value of what went wrong.
int copy(int from, int to, std::uint64_t size) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);
  while (size > 0) {
    const ssize_t got = ::read(from, piece.get(), std::min<std::uint64_t>(size, kPiece));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;  // it shrank meanwhile
    for (ssize_t done = 0; done < got;) {
      const ssize_t written = ::write(to, piece.get() + done, static_cast<std::size_t>(got - done));
      if (written < 0 && errno != EINTR) return errno;
      done += std::max<ssize_t>(written, 0);
    }
    size -= static_cast<std::uint64_t>(got);
  }
  return 0;
}

}  // namespace

std::string download_name(const fs::path& file, std::string_view title, std::string_view id) {
  std::string name = slug_of(title, kTitleBytes);
  if (name.empty()) name = "session";
  if (const auto short_id = slug_of(id.substr(0, kIdBytes), kIdBytes); !short_id.empty()) name += "-" + short_id;
  return name + suffix_of(file);
}

Result<fs::path> download_folder() {
  const fs::path home = environment_variable("HOME");
  if (!home.is_absolute()) return fail("HOME is not set, so there is no download folder; set HOME.");
  fs::path settings = environment_variable("XDG_CONFIG_HOME");
  if (!settings.is_absolute()) settings = home / ".config";
  const auto text = read_file(settings / "user-dirs.dirs", 1 << 16);
  return folder_from(text ? std::string_view(*text) : "", home).value_or(home / "Downloads");
}

Result<fs::path> download(const fs::path& file, std::string_view title, std::string_view id) {
  const auto folder = download_folder();
  if (!folder) return folder;
  const Fd source(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (!source || ::fstat(source.get(), &status) != 0)
    return fail(fmt::format("Cannot read {}: {}.", clean_line_for_terminal(file.native()), describe_errno(errno)));
  if (!S_ISREG(status.st_mode)) return fail(clean_line_for_terminal(file.native()) + " is no file.");

  std::error_code error;
  fs::create_directories(*folder, error);
  if (error) return cannot_copy(*folder, error.value());
  const fs::path name = download_name(file, title, id);
  const auto suffix = suffix_of(file);
  const auto stem = name.native().substr(0, name.native().size() - suffix.size());
  for (int number = 1; number <= kMostNames; ++number) {
    fs::path path = *folder / (number == 1 ? name.native() : fmt::format("{} ({}){}", stem, number, suffix));
    const Fd target(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target) {
      if (errno == EEXIST) continue;
      return cannot_copy(*folder, errno);
    }
    int failed = copy(source.get(), target.get(), static_cast<std::uint64_t>(status.st_size));
    if (failed == 0 && ::fsync(target.get()) != 0) failed = errno;
    if (failed == 0) return path;
    ::unlink(path.c_str());
    return cannot_copy(*folder, failed);
  }
  return fail(
      fmt::format("{} is full of downloads of that name; remove some.", clean_line_for_terminal(folder->native())));
}

}  // namespace panko
