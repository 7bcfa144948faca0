#include "http/masked_shelf.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace panko {

MaskedShelf::Masked MaskedShelf::find(Owner owner) {
  const auto place = visit(owner);
  return place == places_.end() ? nullptr : place->masked;
}

void MaskedShelf::keep(Owner owner, Masked masked, std::uint64_t bytes) {
  if (const auto place = visit(owner); place != places_.end()) {
    place->bytes = bytes;
    if (place->masked != masked) workshop_->discard(std::exchange(place->masked, std::move(masked)));
  } else {
    places_.push_back({owner, std::move(masked), bytes, Clock::now()});
  }
  while (this->bytes() > budget_ && places_.size() > 1) drop(places_.begin());
  if (std::exchange(running_, true)) return;
  asio::co_spawn(timer_.get_executor(), drop_idle_ones(shared_from_this()), end_of_coroutine);
}

void MaskedShelf::drop(Owner owner) {
  const auto place = std::ranges::find(places_, owner, &Place::owner);
  if (place != places_.end()) drop(place);
}

void MaskedShelf::clear() {
  while (!places_.empty()) drop(places_.begin());
}

std::uint64_t MaskedShelf::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& place : places_) sum += place.bytes;
  return sum;
}

MaskedShelf::Places::iterator MaskedShelf::visit(Owner owner) {
  const auto place = std::ranges::find(places_, owner, &Place::owner);
  if (place == places_.end()) return place;
  place->visited = Clock::now();
  places_.splice(places_.end(), places_, place);
  return place;
}

void MaskedShelf::drop(Places::iterator place) {
  workshop_->discard(std::move(place->masked));
  places_.erase(place);
  if (places_.empty()) timer_.cancel();
}

Task<void> MaskedShelf::drop_idle_ones(std::shared_ptr<MaskedShelf> self) {
  while (!self->places_.empty()) {
    self->timer_.expires_at(self->places_.front().visited + self->idle_);
    co_await self->timer_.async_wait(kTupleTask);
    const auto long_ago = Clock::now() - self->idle_;
    while (!self->places_.empty() && self->places_.front().visited <= long_ago) self->drop(self->places_.begin());
  }
  self->running_ = false;
}

}  // namespace panko
