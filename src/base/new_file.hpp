// A file that appears whole or not at all, mode 0600. Until it is put in its place it has no name where the file system
// can do that, so that nothing is left of one that was given up, killed or out of room; elsewhere its name is the
// path's with some letters behind. One thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

class NewFile {
 public:
  /// In the directory of `path`. Errors name the path.
  [[nodiscard]] static Result<NewFile> create(const std::filesystem::path& path);
  NewFile(NewFile&&) = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  [[nodiscard]] Result<void> write(std::string_view bytes);

  enum class IfThere { replace, fail };
  /// On the disk, then under its name. With `fail`, something that has the name already stays as it is.
  [[nodiscard]] Result<void> put_in_place(IfThere if_there);

 private:
  NewFile(std::filesystem::path path, Fd fd, std::filesystem::path temporary)
      : path_(std::move(path)), fd_(std::move(fd)), temporary_(std::move(temporary)) {}

  std::filesystem::path path_;
  Fd fd_;
  std::filesystem::path temporary_;  // empty: it has no name yet
};

}  // namespace panko
