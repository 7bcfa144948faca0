#include "desktop/file_manager.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "desktop/file_url.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

// A file manager that has to be started first answers late: it is at it, and asking the next one would open two.
constexpr std::chrono::milliseconds kPatience{2000};

/// Command lines to try, in order. What is encoded as a URL needs no quoting in either tool's notation of arrays.
std::vector<std::vector<std::string>> ways(const fs::path& file, const fs::path& folder) {
  const std::string bus = "org.freedesktop.FileManager1";
  const std::string object = "/org/freedesktop/FileManager1";
  return {
      {"gdbus", "call", "--session", "--dest", bus, "--object-path", object, "--method", bus + ".ShowItems",
       "['" + file_url(file) + "']", "''"},
      {"dbus-send", "--session", "--print-reply", "--dest=" + bus, object, bus + ".ShowItems",
       "array:string:" + file_url(file), "string:"},
      {"xdg-open", folder.native()},
      {"gio", "open", folder.native()},
  };
}

}  // namespace

Result<void> show_in_file_manager(const fs::path& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  if (error) return fail(fmt::format("Cannot find the folder of {}: {}.", file.native(), error.message()));
  const fs::path folder = absolute.parent_path();
  const std::string shown = clean_line_for_terminal(folder.native());
  if (!fs::is_directory(folder, error)) return fail(fmt::format("The folder is gone: {}", shown));
  if (environment_variable("DISPLAY").empty() && environment_variable("WAYLAND_DISPLAY").empty())
    return fail(fmt::format("There is no desktop here to open it on; the folder is {}", shown));
  for (auto& way : ways(absolute, folder))
    if (start_helper(std::move(way), kPatience)) return {};
  return fail(fmt::format("No file manager could be opened here; the folder is {}", shown));
}

}  // namespace panko
