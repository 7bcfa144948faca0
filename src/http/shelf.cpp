#include "http/shelf.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace panko {

Shelf::Owner Shelf::new_owner() {
  static Owner last = 0;
  return ++last;
}

std::shared_ptr<const Edition> Shelf::edition(Owner owner) {
  const auto place = visit(owner);
  return place == places_.end() ? nullptr : place->edition;
}

AnswerPtr Shelf::page(Owner owner, std::string_view key) {
  const auto place = visit(owner);
  if (place == places_.end()) return nullptr;
  const auto found = std::ranges::find(place->pages, key, &Page::key);
  if (found == place->pages.end()) return nullptr;
  std::rotate(found, found + 1, place->pages.end());
  return place->pages.back().answer;
}

void Shelf::keep(Owner owner, std::shared_ptr<const Edition> edition) {
  drop(owner);
  by_owner_[owner] = places_.insert(places_.end(), Place{owner, std::move(edition), {}, Clock::now()});
  if (running_) return;
  running_ = true;
  asio::co_spawn(timer_.get_executor(), drop_idle_ones(shared_from_this()), end_of_coroutine);
}

void Shelf::keep(Owner owner, const std::shared_ptr<const Edition>& edition, std::string key, AnswerPtr page) {
  const auto place = visit(owner);
  if (place == places_.end() || place->edition != edition || page->weight() > kLargestPage) return;
  if (place->pages.size() == kPagesOfOwner) drop_oldest_page(*place);
  page_bytes_ += page->weight();
  place->pages.push_back({std::move(key), std::move(page)});
  for (auto& other : places_) {
    while (page_bytes_ > kAllPages && !other.pages.empty()) drop_oldest_page(other);
  }
}

void Shelf::drop(Owner owner) {
  if (const auto found = by_owner_.find(owner); found != by_owner_.end()) drop(found->second);
}

void Shelf::clear() {
  while (!places_.empty()) drop(places_.begin());
  timer_.cancel();
}

Shelf::Places::iterator Shelf::visit(Owner owner) {
  const auto found = by_owner_.find(owner);
  if (found == by_owner_.end()) return places_.end();
  found->second->visited = Clock::now();
  places_.splice(places_.end(), places_, found->second);
  return found->second;
}

void Shelf::drop(Places::iterator place) {
  for (const auto& page : place->pages) page_bytes_ -= page.answer->weight();
  by_owner_.erase(place->owner);
  workshop_->discard(std::move(*place));
  places_.erase(place);
}

void Shelf::drop_oldest_page(Place& place) {
  page_bytes_ -= place.pages.front().answer->weight();
  place.pages.erase(place.pages.begin());
}

Task<void> Shelf::drop_idle_ones(std::shared_ptr<Shelf> self) {
  while (!self->places_.empty()) {
    self->timer_.expires_at(self->places_.front().visited + self->idle_);
    co_await self->timer_.async_wait(kTupleTask);
    const auto long_ago = Clock::now() - self->idle_;
    while (!self->places_.empty() && self->places_.front().visited <= long_ago) self->drop(self->places_.begin());
  }
  self->running_ = false;
}

}  // namespace panko
