// Shows a page of ours in the user's browser. A URL on a command line is readable by every local user, and ours are
// keys: so the browser gets the name of a file that only its owner can read and that leads on to the URL.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>
#include <thread>

#include "base/result.hpp"

namespace panko {

/// The file that leads the browser on. It is removed after a while. Where this is destroyed before, a browser may still
/// be starting: then the next open_in_browser() removes it. Moves, from one thread.
class OpenedPage {
 public:
  OpenedPage(std::filesystem::path redirect, std::chrono::milliseconds keep);

 private:
  std::jthread remover_;
};

/// Opens `url` with $BROWSER, else xdg-open, and does not wait for it. `directory`: private, for the file. The error
/// says that there is no browser here, or why the file cannot be written.
[[nodiscard]] Result<OpenedPage> open_in_browser(std::string_view url, const std::filesystem::path& directory,
                                                 std::chrono::milliseconds keep = std::chrono::seconds{10});

}  // namespace panko
