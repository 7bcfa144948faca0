#include "redact/views.hpp"

#include <algorithm>

#include "redact/escapes.hpp"

namespace panko {

void Views::clear() {
  buffer_.clear();
  segments_.clear();
  views_.clear();
  strings_ = 0;
}

const Views::View& Views::view_at(std::size_t at) const {
  return *std::prev(std::ranges::upper_bound(views_, at, {}, &View::begin));
}

std::size_t Views::segment_of(std::size_t at) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(segments_, at, {}, &Segment::at) - segments_.begin()) - 1;
}

ByteSpan Views::raw(ByteSpan span) const {
  const Segment& first = segments_[segment_of(span.begin)];
  const Segment& last = segments_[segment_of(span.end - 1)];
  return {.begin = first.length == 0 ? first.raw + (span.begin - first.at) : first.raw,
          .end = last.length == 0 ? last.raw + (span.end - last.at) : last.raw + last.length};
}

void Views::begin_view(Leaf leaf, std::string_view name, std::size_t raw) {
  View view{.begin = buffer_.size(), .content = 0, .end = 0, .leaf = leaf, .string = strings_};
  if (!name.empty()) {
    // As it would stand in JSON: a rule that wants `password: "..."` finds it.
    segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(raw), 1});
    buffer_ += name;
    buffer_ += "=\"";
  }
  view.content = buffer_.size();
  views_.push_back(view);
}

bool Views::end_view() {
  View& view = views_.back();
  view.end = buffer_.size();
  if (view.end == view.content) {
    drop_view();
    return false;
  }
  segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), 0, 1});
  buffer_ += '\0';
  return true;
}

void Views::drop_view() {
  buffer_.resize(views_.back().begin);
  while (!segments_.empty() && segments_.back().at >= buffer_.size()) segments_.pop_back();
  views_.pop_back();
}

void Views::unescape(std::string_view body, std::size_t raw) {
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t backslash = std::min(body.find('\\', at), body.size());
    if (backslash > at) {
      segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(raw + at), 0});
      buffer_ += body.substr(at, backslash - at);
    }
    if (backslash == body.size()) return;
    const Escape escape = read_escape(body, backslash);
    const std::size_t length = escape.length == 0 ? std::min<std::size_t>(2, body.size() - backslash) : escape.length;
    segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(raw + backslash),
                         static_cast<std::uint32_t>(length)});
    buffer_ += escape.length == 0 ? body.substr(backslash, length) : std::string_view(escape.bytes.data(), escape.size);
    at = backslash + length;
  }
}

void Views::add_json(std::string_view body, std::size_t raw, Leaf leaf, std::string_view name) {
  begin_view(leaf, name, raw);
  unescape(body, raw);
  if (end_view()) derive();
  ++strings_;
}

void Views::add_text(std::string_view text, std::size_t raw, Leaf leaf) {
  begin_view(leaf, {}, raw);
  segments_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(raw), 0});
  buffer_ += text;
  if (end_view()) derive();
  ++strings_;
}

}  // namespace panko
