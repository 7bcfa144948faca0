// Downloads of a mount: written out once for all who want the same at the same time.
#include <utility>

#include "http/mount.hpp"

namespace panko {

Task<Mount::Exported> Mount::download(std::shared_ptr<Mount> mount, ExportFormat format, IsWanted is_wanted) {
  const auto edition = co_await open_edition(mount);
  if (mount->ended_) co_return std::unexpected(410);
  if (!edition) co_return std::unexpected(500);
  if (!*edition) co_return std::unexpected(503);

  using File = Result<std::shared_ptr<const Download>>;
  auto& exported = mount->exporting_[format];
  if (auto made = exported.made.lock(); made && exported.of.lock() == **edition) co_return made;
  std::optional<File> made;
  if (exported.flight && exported.edition == **edition) {
    made = co_await Flight<File>::wait(exported.flight);
  } else {
    const auto flight = std::make_shared<Flight<File>>(mount->loop_);
    exported.flight = flight;
    exported.edition = **edition;
    made = co_await mount->exports_->run(
        [edition = **edition, format]() -> File {
          auto download = Download::make(*edition, format);
          if (!download) return std::unexpected(std::move(download.error()));
          return std::make_shared<const Download>(std::move(*download));
        },
        [flight, is_wanted] { return is_wanted() || flight->has_waiters(); });
    auto& entry = mount->exporting_[format];
    if (entry.flight == flight) {
      entry.flight = nullptr;
      entry.edition = nullptr;
      entry.of = **edition;
      entry.made = made && *made ? **made : nullptr;
    }
    flight->land(made);
  }
  if (mount->ended_) co_return std::unexpected(410);
  if (!made || !*made) co_return std::unexpected(503);
  co_return std::move(**made);
}

}  // namespace panko
