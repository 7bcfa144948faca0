#include "desktop/browser.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/files.hpp"
#include "base/random.hpp"
#include "base/spawn.hpp"
#include "desktop/file_url.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "open-";

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string redirect_page(std::string_view url) {
  const auto target = escape_html(url);
  return fmt::format(
      "<!doctype html><meta charset=\"utf-8\"><title>panko</title><meta name=\"referrer\" content=\"no-referrer\">"
      "<meta http-equiv=\"refresh\" content=\"0; url={}\"><a href=\"{}\">Open the session</a>\n",
      target, target);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

/// Command lines to try, in order. $BROWSER is a list of them with colons between; "%s" in one stands for the URL.
std::vector<std::vector<std::string>> browsers(const std::string& url) {
  std::vector<std::vector<std::string>> result;
  for (const auto& command : split(environment_variable("BROWSER"), ':')) {
    auto arguments = split(command, ' ');
    bool placed = false;
    for (auto& argument : arguments) {
      if (const auto place = argument.find("%s"); place != std::string::npos) {
        argument.replace(place, 2, url);
        placed = true;
      }
    }
    if (!placed) arguments.push_back(url);
    result.push_back(std::move(arguments));
  }
  // Without a display xdg-open would look for a browser that runs in the terminal, and that is taken.
  if (!environment_variable("DISPLAY").empty() || !environment_variable("WAYLAND_DISPLAY").empty())
    result.push_back({"xdg-open", url});
  return result;
}

/// Left by a panko that ended soon.
void remove_old_redirects(const fs::path& directory, std::chrono::milliseconds keep) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().native().starts_with(kPrefix) || entry->path().extension() != ".html") continue;
    std::error_code ignored;
    if (fs::file_time_type::clock::now() - entry->last_write_time(ignored) > keep) fs::remove(entry->path(), ignored);
  }
}

}  // namespace

OpenedPage::OpenedPage(fs::path redirect, std::chrono::milliseconds keep)
    : remover_([redirect = std::move(redirect), keep](const std::stop_token& stop) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any().wait_for(lock, stop, keep, [] { return false; });
        if (stop.stop_requested()) return;
        std::error_code ignored;
        fs::remove(redirect, ignored);
      }) {}

Result<OpenedPage> open_in_browser(std::string_view url, const fs::path& directory, std::chrono::milliseconds keep) {
  if (auto made = ensure_private_directory(directory); !made) return std::unexpected(std::move(made.error()));
  remove_old_redirects(directory, keep);
  const auto redirect = directory / fmt::format("{}{}.html", kPrefix, random_token());
  if (auto written = write_file_atomically(redirect, redirect_page(url)); !written)
    return std::unexpected(std::move(written.error()));

  for (auto& arguments : browsers(file_url(redirect))) {
    // It is never reaped: a browser may run longer than we do, and one entry in the process table is cheap.
    if (spawn_program({.arguments = std::move(arguments), .environment = {}})) return OpenedPage(redirect, keep);
  }
  std::error_code ignored;
  fs::remove(redirect, ignored);
  return fail("There is no browser here: open the URL yourself, or set BROWSER.");
}

}  // namespace panko
