#include "http/live_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace panko {

namespace {

constexpr std::string_view kBeat = "{\"beat\":true}\n";

}  // namespace

bool LiveStream::push(Page page, const Line& line) {
  if (has_ended_) return true;
  if (queued_ + line->size() > kMaxQueued) return false;
  queue_.push_back({page, line});
  queued_ += line->size();
  timer_.cancel();
  return true;
}

void LiveStream::forget(Page page) {
  std::erase_if(queue_, [&](const Queued& queued) {
    if (queued.page != page) return false;
    queued_ -= queued.line->size();
    return true;
  });
}

void LiveStream::end() {
  has_ended_ = true;
  timer_.cancel();
}

void LiveStream::remove_page() {
  if (--pages_ == 0) end();
}

std::string LiveStream::take() {
  std::string lines;
  lines.reserve(queued_);
  for (const auto& queued : queue_) lines += *queued.line;
  queue_.clear();
  queued_ = 0;
  return lines;
}

std::string LiveStream::chunk(std::string lines) const {
  if (!in_chunks_ || lines.empty()) return lines;
  return fmt::format("{:x}\r\n{}\r\n", lines.size(), lines);
}

std::string LiveStream::take_last() {
  if (std::exchange(is_over_, true)) return {};
  auto last = chunk(take());
  if (in_chunks_) last += "0\r\n\r\n";
  return last;
}

std::string LiveStream::beat() {
  beaten_ = Clock::now();
  is_sending_ = true;
  return chunk(std::string(kBeat));
}

Task<std::string> LiveStream::next(std::shared_ptr<LiveStream> self) {
  self->is_sending_ = false;
  if (!std::exchange(self->has_begun_, true)) co_return self->beat();
  while (self->queue_.empty() && !self->has_ended_) {
    const auto beat = self->beaten_ + self->times_.beat;
    const auto until = self->is_poll_ ? std::min(beat, self->opened_ + self->times_.poll) : beat;
    if (Clock::now() < until) {
      self->timer_.expires_at(until);
      co_await self->timer_.async_wait(kTupleTask);
    } else if (until == beat) {
      co_return self->beat();
    } else {
      self->end();
    }
  }
  if (self->is_poll_) self->end();
  self->is_sending_ = true;
  co_return self->has_ended_ ? self->take_last() : self->chunk(self->take());
}

}  // namespace panko
