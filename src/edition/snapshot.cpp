#include "edition/snapshot.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "base/text.hpp"

namespace panko {

Result<SharedSession> prepare_share(const std::filesystem::path& path) {
  std::error_code error;
  SharedSession session;
  session.path = std::filesystem::canonical(path, error);
  // The peek says it in a sentence of its own.
  if (error) session.path = path;
  auto peek = peek_session(session.path);
  if (!peek) return std::unexpected(std::move(peek.error()));
  struct stat status{};
  // A file of somebody else may become anything after it was shared. To root, every file is its own.
  if (::geteuid() != 0 && ::stat(session.path.c_str(), &status) == 0 && status.st_uid != ::geteuid())
    return fail(fmt::format("{} belongs to another user; share a copy of your own.", session.path.native()));
  auto snapshot = take_snapshot(session.path);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  session.id = peek->summary.id;
  session.directory = peek->summary.cwd;
  session.title = squeeze_white_space(to_valid_utf8(peek->summary.title));
  if (session.title.empty()) session.title = to_valid_utf8(session.path.stem().native());
  session.snapshot = std::move(*snapshot);
  return session;
}

}  // namespace panko
