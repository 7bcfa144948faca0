#include "edition/side_files.hpp"

namespace panko {

Result<Source> OpenedFiles::apply(Source original, const std::filesystem::path& path) const {
  {
    const std::scoped_lock lock(mutex_);
    opened_.push_back({.path = path, .source = original, .origin = origin_});
  }
  original.set_filter(weak_from_this().lock());
  return original;
}

void OpenedFiles::begin(OriginPtr origin) {
  const std::scoped_lock lock(mutex_);
  origin_ = std::move(origin);
}

std::vector<OpenedFiles::Opened> OpenedFiles::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(opened_, {});
}

Result<Source> SideCopies::apply(Source original, const std::filesystem::path& /*path*/) const {
  const auto copy = copies_.find(key_of(original.identity()));
  if (copy == copies_.end()) return fail("A file beside the session has not been masked yet.");
  Source source = copy->second;
  source.set_filter(weak_from_this().lock());
  return source;
}

}  // namespace panko
