// Secrets in columns: tables whose header names one (CSV, Markdown, what database clients print), and rows of SQL.
#include <algorithm>
#include <optional>
#include <vector>

#include "redact/characters.hpp"
#include "redact/key_name.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestHeader = 2000;
constexpr std::size_t kLongestName = 48;
constexpr char kAligned = ' ';  // as a separator: two blanks and more

std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

/// Without the blanks and the quotes around it.
ByteSpan trimmed(std::string_view text, ByteSpan cell) {
  const auto is_edge = [&](std::size_t at) { return is_one_of(text[at], kSpace | kQuote) || text[at] == '\\'; };
  while (cell.begin < cell.end && is_edge(cell.begin)) ++cell.begin;
  while (cell.begin < cell.end && is_edge(cell.end - 1)) --cell.end;
  return cell;
}

/// The cells between separators; one in double quotes may hold separators. Bars at the edges of a line have no cell.
std::vector<ByteSpan> cells_of(std::string_view text, ByteSpan line, char separator) {
  while (line.begin < line.end && is_one_of(text[line.end - 1], kSpace)) --line.end;
  if (separator == '|' || separator == kAligned) {
    while (line.begin < line.end && (text[line.begin] == ' ' || text[line.begin] == '\t')) ++line.begin;
    if (separator == '|' && line.begin < line.end && text[line.begin] == '|') ++line.begin;
    if (separator == '|' && line.begin < line.end && text[line.end - 1] == '|') --line.end;
  }
  std::vector<ByteSpan> cells;
  bool in_quotes = false;
  std::size_t begin = line.begin;
  for (std::size_t at = line.begin; at < line.end; ++at) {
    if (text[at] == '"' && separator != '|' && separator != kAligned) in_quotes = !in_quotes;
    if (in_quotes || text[at] != separator) continue;
    if (separator == kAligned) {
      const std::size_t end = end_of_run(text.substr(0, line.end), at, kSpace);
      if (end - at < 2) continue;
      cells.push_back({begin, at});
      begin = end;
      at = end - 1;
    } else {
      cells.push_back({begin, at});
      begin = at + 1;
    }
  }
  cells.push_back({begin, line.end});
  return cells;
}

bool is_column_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && is_one_of(name.front(), kLetter | kBase64UrlSign) &&
         std::ranges::count(name, ' ') <= 2 && std::ranges::all_of(name, [](char c) {
           return is_one_of(c, kWord) || c == ' ' || c == '.' || c == '(' || c == ')' || c == '#' || c == '/';
         });
}

struct Column {
  std::size_t index = 0;
  NameSays says = NameSays::nothing;
};

/// Those that hold secrets; nullopt: these are no names of columns.
std::optional<std::vector<Column>> secret_columns(std::string_view text, const std::vector<ByteSpan>& names) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ByteSpan cell = trimmed(text, names[i]);
    const std::string_view name = text.substr(cell.begin, cell.size());
    if (!is_column_name(name)) return std::nullopt;
    if (const NameSays says = what_name_says(name); says != NameSays::nothing) columns.push_back({i, says});
  }
  return columns;
}

void add_cells(std::string_view text, const std::vector<ByteSpan>& row, const std::vector<Column>& columns,
               Matches& matches) {
  for (const Column& column : columns) {
    const ByteSpan cell = trimmed(text, row[column.index]);
    const std::string_view value = text.substr(cell.begin, cell.size());
    if (is_secret_value(value, column.says, {}))
      matches.add(cell.begin, cell.end, column.says == NameSays::password ? "password" : "secret",
                  is_searchable(value));
  }
}

/// The line between a header and its rows.
bool is_divider(std::string_view line) {
  return std::ranges::all_of(line, [](char c) { return std::string_view("-+|:= \t\r").contains(c); });
}

}  // namespace

std::size_t scan_table(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  // A line is looked at once, whichever of its words was found.
  std::size_t end = end_of_line(text, anchor.end);
  const std::size_t before = text.substr(scan.begin, anchor.begin - scan.begin).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? scan.begin : scan.begin + before + 1;
  if (end - begin > kLongestHeader || end >= text.size() ||
      text.substr(begin, end - begin).find_first_of("=:{}[]<>$\\") != std::string_view::npos)
    return end;
  for (const char separator : {'|', '\t', ',', ';', kAligned}) {
    const std::vector<ByteSpan> names = cells_of(text, {begin, end}, separator);
    if (names.size() < 2) continue;
    const auto columns = secret_columns(text, names);
    if (!columns) continue;
    if (columns->empty()) return end;
    while (end < text.size()) {
      const ByteSpan line{end + 1, end_of_line(text, end + 1)};
      if (!is_divider(text.substr(line.begin, line.size()))) {
        const std::vector<ByteSpan> row = cells_of(text, line, separator);
        if (row.size() != names.size()) break;
        add_cells(text, row, *columns, matches);
      } else if (line.size() == 0) {
        break;
      }
      end = line.end;
    }
    return end;
  }
  return end;
}

std::size_t scan_insert(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  // INSERT INTO users (id, password) VALUES (1, '...'), (2, '...');
  const std::string_view text = scan.text;
  std::size_t close = anchor.begin;
  while (close > scan.begin && anchor.begin - close < 16 && is_one_of(text[close - 1], kSpace)) --close;
  if (close == anchor.begin || close == scan.begin || text[close - 1] != ')') return anchor.end;
  const std::size_t low = close - std::min(close - scan.begin, kLongestHeader);
  const std::size_t open = text.substr(low, close - low).rfind('(');
  if (open == std::string_view::npos) return anchor.end;
  const std::vector<ByteSpan> names = cells_of(text, {low + open + 1, close - 1}, ',');
  const auto columns = secret_columns(text, names);
  if (!columns || columns->empty()) return anchor.end;
  std::vector<ByteSpan> row;
  for (std::size_t at = anchor.end; at < text.size();) {
    while (at < text.size() && (is_one_of(text[at], kSpace) || text[at] == ',')) ++at;
    if (at >= text.size() || text[at] != '(') return at;
    row.clear();
    std::size_t begin = ++at;
    for (char quote = '\0'; at < text.size(); ++at) {
      const char c = text[at];
      if (quote == '\0' && (c == ',' || c == ')')) {
        row.push_back({begin, at});
        begin = at + 1;
        if (c == ')') break;
      } else if (c == '\\' && at + 1 < text.size() && text[at + 1] != '\'' && text[at + 1] != '"') {
        ++at;
      } else if (quote == '\0' && is_one_of(c, kQuote)) {
        quote = c;
      } else if (c == quote) {
        quote = '\0';
      }
    }
    if (row.size() != names.size()) return at;
    add_cells(text, row, *columns, matches);
    ++at;
  }
  return text.size();
}

}  // namespace panko
