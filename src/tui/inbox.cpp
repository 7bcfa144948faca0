#include "tui/inbox.hpp"

#include <utility>

namespace panko::tui {

void Inbox::post(Event event) {
  {
    const std::lock_guard lock(mutex_);
    content_.events.push_back(std::move(event));
  }
  wake_.raise();
}

void Inbox::post_for_terminal(std::string_view sequence) {
  {
    const std::lock_guard lock(mutex_);
    content_.for_terminal += sequence;
  }
  wake_.raise();
}

Inbox::Content Inbox::take() {
  // First this: what is posted from now on wakes again, at worst for nothing.
  wake_.take_back();
  const std::lock_guard lock(mutex_);
  return std::exchange(content_, {});
}

}  // namespace panko::tui
