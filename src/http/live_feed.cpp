#include "http/live_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json_writer.hpp"

namespace panko {

namespace {

std::string ended(std::string_view reason) {
  return fmt::format("\"ended\":{}", json_quote(reason));
}

std::string line_of(std::string_view token, std::string_view members) {
  return fmt::format("{{\"page\":{},{}}}\n", json_quote(token), members);
}

}  // namespace

LiveStream::Line LiveFeed::line(std::string_view members) const {
  return std::make_shared<const std::string>(line_of(token_, members));
}

void LiveFeed::add(const std::shared_ptr<LiveStream>& stream, const std::string& token, std::string version) {
  token_ = token;
  Page& page = pages_.emplace_back(stream, std::move(version), false);
  if (!version_.empty()) bring_up(page, *stream);
  if (!problem_.empty()) send(*stream, line(fmt::format("\"problem\":{}", json_quote(problem_))));
}

bool LiveFeed::has_pages() {
  std::erase_if(pages_, [](const Page& page) {
    const auto stream = page.stream.lock();
    return !stream || stream->has_ended();
  });
  return !pages_.empty();
}

/// Who cannot take a line any more looks at everything again.
void LiveFeed::send(LiveStream& stream, const LiveStream::Line& line) {
  if (stream.push(this, line)) return;
  stream.forget(this);
  stream.push(this, this->line(fmt::format("\"version\":{},\"resync\":true", json_quote(version_))));
}

void LiveFeed::bring_up(Page& page, LiveStream& stream) {
  page.is_current = true;
  if (page.version == version_) return;
  auto missed = std::ranges::find(log_, page.version, &Change::from);
  if (!log_.empty() && log_.back().from == page.version) missed = std::prev(log_.end());
  std::size_t bytes = 0;
  for (auto change = missed; change != log_.end(); ++change) bytes += change->line->size();
  if (missed == log_.end() || bytes > kMaxMissed) {
    send(stream, line(fmt::format("\"version\":{},\"resync\":true", json_quote(version_))));
  } else {
    for (; missed != log_.end(); ++missed) send(stream, missed->line);
  }
}

void LiveFeed::publish(const std::string& version, std::string_view from, std::string_view change) {
  if (version == version_) return;
  const auto before = std::exchange(version_, version);
  const bool leads_here = !change.empty() && (before.empty() || before == from);
  if (leads_here) {
    log_.push_back({std::string(from), line(fmt::format("\"from\":{},{}", json_quote(from), change))});
    log_bytes_ += log_.back().line->size();
  }
  while (!log_.empty() && (log_bytes_ > kMaxLog || !leads_here)) {
    log_bytes_ -= log_.front().line->size();
    log_.pop_front();
  }
  for (Page& page : pages_) {
    const auto stream = page.stream.lock();
    if (!stream) continue;
    if (page.is_current) page.version = before;
    bring_up(page, *stream);
  }
}

void LiveFeed::tell_problem(std::string_view sentence) {
  if (problem_ == sentence) return;
  problem_ = sentence;
  const auto told = line(fmt::format("\"problem\":{}", json_quote(problem_)));
  for (const Page& page : pages_) {
    if (const auto stream = page.stream.lock()) send(*stream, told);
  }
}

void LiveFeed::end(std::string_view reason) {
  const auto told = line(ended(reason));
  for (const Page& page : std::exchange(pages_, {})) {
    const auto stream = page.stream.lock();
    if (!stream) continue;
    stream->forget(this);
    if (reason.empty()) {
      stream->end();
    } else {
      stream->push(this, told);
      stream->remove_page();
    }
  }
}

void LiveFeed::refuse(LiveStream& stream, std::string_view token, std::string_view reason) {
  stream.push(nullptr, std::make_shared<const std::string>(line_of(token, ended(reason))));
}

}  // namespace panko
