#include "edition/masked_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agents/agent.hpp"
#include "agents/json_list.hpp"
#include "agents/transcript.hpp"
#include "base/json_index.hpp"
#include "base/text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::size_t kWindow = std::size_t{1} << 20;
constexpr std::size_t kTooDeep = JsonIndex::kDeepest + 8;

/// Something that a reader counts as no record, without a line end.
constexpr std::string_view kBrokenLine = "{";
/// The same in a list, where brackets have to be closed.
constexpr std::string_view kBrokenElement = R"({"":})";

std::string too_deep() {
  return R"({"":)" + std::string(kTooDeep, '[') + std::string(kTooDeep, ']') + "}";
}

}  // namespace

Result<void> MaskedFile::learn(const Source& original, SessionRedactor& redactor, const OriginOf& origin_of,
                               const Deadline& deadline) {
  original_ = original;
  auto hash = hash_before(original, original.size());
  if (!hash) return std::unexpected(std::move(hash.error()));
  tail_hash_ = std::move(*hash);
  switch (form_) {
    case Form::lines: return learn_lines(redactor, origin_of, deadline);
    case Form::document: return learn_document(redactor, origin_of, deadline);
    case Form::whole: return learn_whole(redactor, origin_of);
  }
  return {};
}

bool MaskedFile::can_go_on(const Source& now) const {
  if (now.identity() == original_.identity() || form_ == Form::whole) return true;
  if (form_ != Form::lines || now.size() <= original_.size()) return false;
  const auto hash = hash_before(now, original_.size());
  return hash && *hash == tail_hash_;
}

Result<void> MaskedFile::learn_record(const JsonRecord& record, SessionRedactor& redactor, const OriginOf& origin_of,
                                      const Deadline& deadline) {
  if (auto in_time = deadline.check(); !in_time) return in_time;
  const OriginPtr origin = origin_of(record.range, record.object);
  const auto piece = redactor.read(record.object, origin ? origin->origin() : Origin());
  if (!piece) return std::unexpected(piece.error());
  parts_.push_back(
      {.offset = record.range.offset, .length = record.range.length, .piece = *piece, .kind = Part::Kind::record});
  return {};
}

void MaskedFile::add_unshown(const UnshownLine& line) {
  const bool is_long = line.range.length > LineReader::kLongestLine;
  parts_.push_back({.offset = line.range.offset,
                    .length = line.range.length,
                    .kind = is_long ? Part::Kind::too_long : Part::Kind::too_deep});
}

Result<void> MaskedFile::learn_lines(SessionRedactor& redactor, const OriginOf& origin_of, const Deadline& deadline) {
  parts_.resize(settled_);
  const std::size_t first = settled_;
  JsonLinesProgress progress = progress_;
  Result<void> done;
  std::size_t begin = parts_.size();  // of the line
  JsonLinesVisitor visitor;
  visitor.record = [&](const JsonRecord& record) {
    done = learn_record(record, redactor, origin_of, deadline);
    return done.has_value();
  };
  visitor.unshown = [&](const UnshownLine& line) { add_unshown(line); };
  visitor.line_end = [&](const LineEnd& line) {
    if (line.unreadable) parts_.push_back({.length = 1, .kind = Part::Kind::broken});
    if (parts_.size() == begin) parts_.push_back({.length = 1});
    parts_.back().ends_line = line.ended;
    // A file of empty lines has one part.
    if (line.ended && parts_.size() == begin + 1 && begin > first && parts_.back().kind <= Part::Kind::broken &&
        parts_[begin - 1].kind == parts_.back().kind) {
      ++parts_[begin - 1].length;
      parts_.pop_back();
    }
    begin = parts_.size();
    if (!line.ended) return;
    settled_ = begin;
    progress_ = progress;
  };
  if (auto read = read_json_lines(original_, visitor, progress); !read) return read;
  return done;
}

Result<void> MaskedFile::learn_document(SessionRedactor& redactor, const OriginOf& origin_of,
                                        const Deadline& deadline) {
  parts_.clear();
  Result<void> done;
  Part frame{.kind = Part::Kind::frame};
  std::uint32_t seen = 0;
  std::uint64_t broken = 0;
  // What is no record has a number all the same.
  const auto fill_up_to = [&](std::uint32_t number) {
    add_broken_elements(number - seen - 1);
    broken += number - seen - 1;
    seen = number;
  };
  JsonListVisitor visitor;
  visitor.record = [&](const JsonRecord& record) {
    fill_up_to(record.ordinal);
    done = learn_record(record, redactor, origin_of, deadline);
    return done.has_value();
  };
  visitor.unshown = [&](const UnshownLine& line) {
    fill_up_to(line.number);
    add_unshown(line);
  };
  visitor.frame = [&](const JsonValue& object) {
    frame_ = object.raw();
    const auto piece = redactor.read(object, {});
    if (!piece) {
      done = std::unexpected(piece.error());
      return;
    }
    frame.piece = *piece;
  };
  const auto unreadable = read_json_list(original_, record_lists_, visitor);
  if (!unreadable) return std::unexpected(unreadable.error());
  if (!done) return done;
  if (frame_.empty())
    return fail("This session is one JSON document that is damaged where it begins: it cannot be masked.");
  if (*unreadable > broken) add_broken_elements(*unreadable - broken);
  parts_.push_back(frame);
  return {};
}

void MaskedFile::add_broken_elements(std::uint64_t count) {
  if (count > 0) parts_.push_back({.length = static_cast<std::uint32_t>(count), .kind = Part::Kind::broken});
}

Result<void> MaskedFile::learn_whole(SessionRedactor& redactor, const OriginOf& origin_of) {
  parts_.clear();
  if (original_.size() > kLargestSideText) return {};
  const auto bytes = original_.read({0, static_cast<std::uint32_t>(original_.size())});
  if (!bytes) return std::unexpected(bytes.error());
  const std::string text = to_valid_utf8(*bytes);
  const OriginPtr origin = origin_of({0, static_cast<std::uint32_t>(original_.size())}, {});
  std::string padded = text;
  padded.append(JsonIndex::kPadding, '\0');
  JsonIndex index;
  const bool is_object = index.load(std::string_view(padded).substr(0, text.size())) == JsonStatus::complete &&
                         index.root().raw().size() == text.size();
  const auto from = origin ? origin->origin() : Origin();
  const auto piece = is_object ? redactor.read(index.root(), from) : redactor.read(text, from);
  if (!piece) return std::unexpected(piece.error());
  parts_.push_back(
      {.length = static_cast<std::uint32_t>(original_.size()), .piece = *piece, .kind = Part::Kind::record});
  return {};
}

Result<void> MaskedFile::write(const SessionRedactor& redactor, const Deadline& deadline) {
  if (!spool_ || form_ != Form::lines) {
    const auto done = write_afresh(redactor, deadline);
    if (!done) return std::unexpected(done.error());
    return {};
  }
  if (auto cut = spool_->cut_at(written_bytes_); !cut) return cut;
  return write_from(written_, redactor, deadline);
}

Result<bool> MaskedFile::write_afresh(const SessionRedactor& redactor, const Deadline& deadline) {
  auto spool = Spool::make(original_.size());
  if (!spool) return std::unexpected(std::move(spool.error()));
  const auto before = std::exchange(spool_, std::make_unique<Spool>(std::move(*spool)));
  const std::uint64_t complete = std::exchange(written_bytes_, 0);
  written_ = 0;
  if (auto done = write_from(0, redactor, deadline); !done) return std::unexpected(std::move(done.error()));
  if (!before || form_ != Form::lines) return true;
  const auto old_copy = before->source();
  if (!old_copy) return std::unexpected(old_copy.error());
  const auto new_copy = spool_->source();
  if (!new_copy) return std::unexpected(new_copy.error());
  std::array<std::string, 2> bytes{std::string(kWindow, '\0'), std::string(kWindow, '\0')};
  for (std::uint64_t at = 0; at < complete; at += kWindow) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kWindow, complete - at));
    for (std::size_t i = 0; i < 2; ++i) {
      bytes[i].assign(length, '\0');
      if (auto got = (i == 0 ? *old_copy : *new_copy).read_at(at, bytes[i]); !got)
        return std::unexpected(std::move(got.error()));
    }
    if (bytes[0] != bytes[1]) return true;
  }
  return false;
}

Result<void> MaskedFile::write_from(std::size_t first, const SessionRedactor& redactor, const Deadline& deadline) {
  window_begin_ = 0;
  window_.clear();
  if (form_ == Form::document) return write_document(redactor, deadline);
  for (std::size_t i = first; i < parts_.size(); ++i) {
    if (auto in_time = deadline.check(); !in_time) return in_time;
    Part& part = parts_[i];
    if (auto done = write_part(part, redactor); !done) return done;
    if (part.ends_line)
      if (auto done = spool_->append("\n"); !done) return done;
    if (i + 1 == settled_) {
      written_ = settled_;
      written_bytes_ = spool_->size();
    }
  }
  window_ = {};
  return {};
}

Result<void> MaskedFile::write_part(Part& part, const SessionRedactor& redactor) {
  part.masked = spool_->size();
  switch (part.kind) {
    case Part::Kind::frame: break;
    case Part::Kind::nothing: return write_bare("", "\n", part.length);
    case Part::Kind::broken:
      return form_ == Form::document ? write_bare(kBrokenElement, ",", part.length)
                                     : write_bare(kBrokenLine, "\n", part.length);
    case Part::Kind::too_deep: return spool_->append(too_deep());
    case Part::Kind::too_long: {
      if (form_ != Form::document) return spool_->append_hole(LineReader::kLongestLine + 1);
      if (auto done = spool_->append("{"); !done) return done;
      if (auto done = spool_->append_hole(LineReader::kLongestLine + 1); !done) return done;
      return spool_->append("}");
    }
    case Part::Kind::record: {
      const auto masked = mask(part, redactor);
      if (!masked) return std::unexpected(masked.error());
      part.masked_length = static_cast<std::uint32_t>(masked->size());
      return spool_->append(*masked);
    }
  }
  return {};
}

Result<void> MaskedFile::write_bare(std::string_view text, std::string_view between, std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) {
    if (auto done = spool_->append(i == 0 ? std::string_view() : between); !done) return done;
    if (auto done = spool_->append(text); !done) return done;
  }
  return {};
}

/// All around the records, with the records in their list.
Result<void> MaskedFile::write_document(const SessionRedactor& redactor, const Deadline& deadline) {
  auto masked = redactor.mask(parts_.back().piece, frame_);
  if (!masked) return std::unexpected(std::move(masked.error()));
  std::string frame = std::move(*masked).take();
  const std::size_t size = frame.size();
  frame.append(JsonIndex::kPadding, '\0');
  JsonIndex index;
  std::size_t at = 0;  // behind the bracket of the list
  if (index.load(std::string_view(frame).substr(0, size)) == JsonStatus::complete)
    index.root().for_each_member([&](std::string_view name, const JsonValue& value) {
      if (std::ranges::find(record_lists_, name) != record_lists_.end() && value.is_array() && value.raw() == "[]")
        at = static_cast<std::size_t>(value.raw().data() - frame.data()) + 1;
    });
  const std::string_view around = std::string_view(frame).substr(0, size);
  const bool has_records = parts_.size() > 1;
  if (at == 0 && has_records) return fail("This session is one JSON document of an unknown form: it cannot be masked.");
  if (auto done = spool_->append(around.substr(0, at)); !done) return done;
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    if (auto in_time = deadline.check(); !in_time) return in_time;
    if (i > 0)
      if (auto done = spool_->append(","); !done) return done;
    if (auto done = write_part(parts_[i], redactor); !done) return done;
  }
  if (auto done = spool_->append(around.substr(at)); !done) return done;
  written_bytes_ = spool_->size();
  return {};
}

Result<std::string> MaskedFile::mask(const Part& part, const SessionRedactor& redactor) {
  const ByteRange range{part.offset, part.length};
  const auto bytes = bytes_of(range);
  if (!bytes) return std::unexpected(bytes.error());
  auto masked = redactor.mask(part.piece, *bytes);
  if (masked) return std::move(*masked).take();
  if (form_ == Form::whole) {
    masked = redactor.mask(part.piece, to_valid_utf8(*bytes));
  } else if (const auto document = JsonDocument::read(original_, range);
             document && document->status() == JsonStatus::complete) {
    // It was repaired when it was read.
    masked = redactor.mask(part.piece, document->root().raw());
  }
  if (!masked) return std::unexpected(std::move(masked.error()));
  return std::move(*masked).take();
}

/// Good until the next call.
Result<std::string_view> MaskedFile::bytes_of(ByteRange range) {
  if (range.offset < window_begin_ || range.end() > window_begin_ + window_.size()) {
    const std::uint64_t left = original_.size() - std::min(range.offset, original_.size());
    window_.resize(static_cast<std::size_t>(std::min(left, std::max<std::uint64_t>(kWindow, range.length))));
    window_begin_ = range.offset;
    const auto got = original_.read_at(range.offset, window_);
    if (!got) return std::unexpected(got.error());
    window_.resize(*got);
    if (window_.size() < range.length)
      return fail("The session file has become shorter while it was read; open it again.");
  }
  return std::string_view(window_).substr(static_cast<std::size_t>(range.offset - window_begin_), range.length);
}

Result<Source> MaskedFile::copy() {
  auto source = spool_->source();
  if (!source) return source;
  return source->in_place_of(original_, path_);
}

std::vector<MaskedFile::Place> MaskedFile::places() const {
  std::vector<Place> found;
  for (const Part& part : parts_)
    if (part.kind == Part::Kind::record || part.kind == Part::Kind::frame)
      found.push_back({.piece = part.piece, .masked = {part.masked, part.masked_length}});
  return found;
}

}  // namespace panko
