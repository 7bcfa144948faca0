#include "tui/inbox.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/files.hpp"
#include "base/result.hpp"

namespace panko::tui {

Inbox::Inbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_) throw Failure(fmt::format("There is no way to be woken: {}.", describe_errno(errno)));
}

void Inbox::post(Event event) {
  {
    const std::lock_guard lock(mutex_);
    content_.events.push_back(std::move(event));
  }
  wake();
}

void Inbox::post_for_terminal(std::string_view sequence) {
  {
    const std::lock_guard lock(mutex_);
    content_.for_terminal += sequence;
  }
  wake();
}

Inbox::Content Inbox::take() {
  // First this: what is posted from now on wakes again, at worst for nothing.
  std::uint64_t times = 0;
  std::ignore = ::read(wake_.get(), &times, sizeof times);
  const std::lock_guard lock(mutex_);
  return std::exchange(content_, {});
}

void Inbox::wake() {
  const std::uint64_t once = 1;
  std::ignore = ::write(wake_.get(), &once, sizeof once);  // full: it is readable already
}

}  // namespace panko::tui
