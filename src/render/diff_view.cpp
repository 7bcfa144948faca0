#include "render/diff_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/code_language.hpp"

namespace panko {

namespace {

using LineKind = DiffLine::Kind;

struct Row {
  LineKind kind = LineKind::same;
  bool begins_hunk = false;  // other than the first
  std::uint32_t old_number = 0;
  std::uint32_t new_number = 0;
  std::string_view text;
  std::size_t changed_from = 0;  // of `text`: what is other than in the line that took its place, or that it replaced
  std::size_t changed_to = 0;
};

bool is_inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// Of two lines of which one became the other: what differs, if enough of them does not.
void mark_changes(Row& before, Row& after) {
  const std::string_view a = before.text;
  const std::string_view b = after.text;
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t front = 0;
  while (front < shorter && a[front] == b[front]) ++front;
  while (front > 0 && (is_inside_character(a, front) || is_inside_character(b, front))) --front;
  std::size_t back = 0;
  while (back < shorter - front && a[a.size() - back - 1] == b[b.size() - back - 1]) ++back;
  while (back > 0 && is_inside_character(a, a.size() - back)) --back;
  if (3 * (front + back) < std::max(a.size(), b.size())) return;
  before.changed_from = after.changed_from = front;
  before.changed_to = a.size() - back;
  after.changed_to = b.size() - back;
}

/// Lines that were taken out and as many that were put in their place.
void mark_pairs(std::vector<Row>& rows) {
  std::size_t i = 0;
  const auto run_end = [&](std::size_t from, LineKind kind) {
    while (from < rows.size() && rows[from].kind == kind) ++from;
    return from;
  };
  while (i < rows.size()) {
    const std::size_t gone = run_end(i, LineKind::gone);
    const std::size_t added = run_end(gone, LineKind::added);
    if (gone - i == added - gone)
      for (std::size_t k = 0; i + k < gone; ++k) mark_changes(rows[i + k], rows[gone + k]);
    i = std::max(added, i + 1);
  }
}

struct Rows {
  std::vector<Row> rows;
  bool complete = true;
};

Rows rows_of(const FileChange& change, std::size_t limit) {
  Rows all;
  for (const DiffHunk& hunk : change.hunks) {
    std::uint32_t old_number = hunk.old_start;
    std::uint32_t new_number = hunk.new_start;
    bool first = !all.rows.empty();
    for (const DiffLine& line : hunk.lines) {
      if (line.text.size() >= limit) {
        all.complete = false;
        return all;
      }
      limit -= line.text.size() + 1;
      Row row{.kind = line.kind, .begins_hunk = std::exchange(first, false), .text = line.text};
      if (row.text.ends_with('\r')) row.text.remove_suffix(1);
      if (line.kind != LineKind::added && old_number != 0) row.old_number = old_number++;
      if (line.kind != LineKind::gone && new_number != 0) row.new_number = new_number++;
      all.rows.push_back(row);
    }
  }
  mark_pairs(all.rows);
  return all;
}

class DiffWriter {
 public:
  DiffWriter(HtmlWriter& html, const std::vector<Row>& rows) : html_(html), rows_(rows) {
    for (const Row& row : rows) most_ = std::max({most_, row.old_number, row.new_number});
    width_ = most_ == 0 ? 0 : std::to_string(most_).size();
  }

  void write(std::size_t count) {
    html_.open(Tag::pre, {attr::css("diff"), attr::own(attr::Own::tabindex, "0")});
    html_.open(Tag::code);
    for (const std::size_t end = std::min(next_ + count, rows_.size()); next_ < end;) {
      if (rows_[next_].begins_hunk) html_.element(Tag::span, {attr::css("gap")}, "");
      std::size_t run = next_ + 1;
      while (run < end && rows_[run].kind == rows_[next_].kind && !rows_[run].begins_hunk) ++run;
      write_run(run);
    }
    html_.close(Tag::code);
    html_.close(Tag::pre);
  }

 private:
  void write_run(std::size_t end) {
    const LineKind kind = rows_[next_].kind;
    std::string numbers;
    for (std::size_t i = next_; i < end; ++i) {
      if (i > next_) numbers += '\n';
      append_number(numbers, rows_[i].old_number);
      append_number(numbers, rows_[i].new_number);
      numbers += kind == LineKind::gone ? "−" : kind == LineKind::added ? "+" : " ";
    }
    html_.open(Tag::span, {kind == LineKind::gone    ? attr::css("gone")
                           : kind == LineKind::added ? attr::css("new")
                                                     : attr::css("same"),
                           attr::data("data-n", numbers)});
    for (; next_ < end; ++next_) {
      const Row& row = rows_[next_];
      write_text(row.text.substr(0, row.changed_from));
      if (row.changed_to > row.changed_from) {
        html_.open(Tag::b);
        write_text(row.text.substr(row.changed_from, row.changed_to - row.changed_from));
        html_.close(Tag::b);
      }
      write_text(row.text.substr(row.changed_to));
      html_.text("\n");
    }
    html_.close(Tag::span);
  }

  void append_number(std::string& out, std::uint32_t number) const {
    if (width_ == 0) return;
    out += number == 0 ? std::string(width_ + 1, ' ') : fmt::format("{:>{}} ", number, width_);
  }

  void write_text(std::string_view text) { html_.text(one_line(text)); }

  HtmlWriter& html_;
  const std::vector<Row>& rows_;
  std::uint32_t most_ = 0;
  std::size_t width_ = 0;
  std::size_t next_ = 0;
};

void write_heading(Pieces& pieces, const FileChange& change) {
  HtmlWriter& html = pieces.html();
  html.open(Tag::p, {attr::css("file")});
  pieces.path(change.path);
  const auto say = [&](std::string_view what) {
    html.text(" ");
    html.element(Tag::span, {attr::css("what")}, what);
  };
  if (!change.moved_to.empty()) {
    say("renamed to");
    html.text(" ");
    pieces.path(change.moved_to);
  }
  if (change.kind == FileChange::Kind::add) say("new file");
  if (change.kind == FileChange::Kind::remove) say("deleted");
  write_line_totals(html, line_totals_of(change));
  html.close(Tag::p);
}

}  // namespace

LineTotals line_totals_of(const FileChange& change) {
  LineTotals totals;
  for (const DiffHunk& hunk : change.hunks)
    for (const DiffLine& line : hunk.lines) {
      totals.added += line.kind == LineKind::added ? 1 : 0;
      totals.gone += line.kind == LineKind::gone ? 1 : 0;
    }
  return totals;
}

void write_line_totals(HtmlWriter& html, const LineTotals& totals) {
  if (totals.added + totals.gone == 0) return;
  html.text(" ");
  html.open(Tag::span, {attr::css("totals")});
  if (totals.added > 0) html.element(Tag::span, {attr::css("added")}, fmt::format("+{}", format_number(totals.added)));
  if (totals.added > 0 && totals.gone > 0) html.text(" ");
  if (totals.gone > 0) html.element(Tag::span, {attr::css("gone")}, fmt::format("−{}", format_number(totals.gone)));
  html.close(Tag::span);
}

void write_file_change(Pieces& pieces, const FileChange& change, DiffHeading heading) {
  if (heading == DiffHeading::file) write_heading(pieces, change);
  if (change.hunks.empty()) return;
  const bool all_new = change.kind == FileChange::Kind::add && change.hunks.size() == 1 &&
                       std::ranges::all_of(change.hunks.front().lines,
                                           [](const DiffLine& line) { return line.kind == LineKind::added; });
  if (all_new) {
    std::string text;
    for (const DiffLine& line : change.hunks.front().lines) {
      text += line.text;
      text += '\n';
    }
    return pieces.code(text, language_of_file(change.path), 1);
  }
  const auto [rows, complete] =
      rows_of(change, pieces.view().whole ? std::numeric_limits<std::size_t>::max() : kShownBytes);
  DiffWriter diff(pieces.html(), rows);
  pieces.folded(rows.size(), [&](std::size_t count) { diff.write(count); });
  if (!complete) pieces.more();
}

}  // namespace panko
