#include "edition/changed_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "edition/find.hpp"
#include "render/block_pieces.hpp"

namespace panko {

namespace {

constexpr std::size_t kPageBytes = std::size_t{256} << 10;
constexpr std::size_t kListedFiles = 1000;
constexpr std::size_t kPathColumns = 120;

// What a patch begins with where it is handed to a shell or to a tool without a name that says so.
constexpr std::string_view kPatchMark = "*** Begin Patch";

bool is_call(const OutlineBlock& block) {
  return block.kind == BlockKind::tool;
}

const EditCall* edit_of(const Block& block) {
  if (!block.tool || block.tool->is_error) return nullptr;
  return std::get_if<EditCall>(&block.tool->action);
}

std::string file_id(std::size_t index) {
  return fmt::format("file-{}", index + 1);
}

/// Of the list that stands on top, where each file's first change is the `begins`-th of all.
void write_list(HtmlWriter& html, const ChangedFiles& files, std::string_view directory,
                const std::vector<std::size_t>& begins, std::size_t after, std::size_t end) {
  html.open(Tag::ul, {attr::css("changed-files")});
  for (std::size_t i = 0; i < std::min(files.size(), kListedFiles); ++i) {
    const ChangedFile& file = files[i];
    const bool is_here = begins[i] + file.changes.size() > after && begins[i] < end;
    html.open(Tag::li);
    html.element(Tag::a,
                 {attr::href(is_here ? Url::here(file_id(i)) : Url::files_after("./", begins[i])),
                  attr::title(elide(file.path, 4 * kPathColumns))},
                 short_path(file.path, directory, kPathColumns));
    html.text(" ");
    write_line_totals(html, file.totals);
    html.close(Tag::li);
  }
  if (files.size() > kListedFiles) {
    html.element(Tag::li, {}, format_count(files.size() - kListedFiles, "more file", "more files"));
  }
  html.close(Tag::ul);
}

void write_change(HtmlWriter& html, const SessionPages& pages, const ChangedFile::Change& change) {
  const Block block = pages.load(change.row);
  const EditCall* edit = edit_of(block);
  if (edit == nullptr || change.index >= edit->files.size()) return;  // rewritten meanwhile
  html.open(Tag::div, {attr::css("change")});
  html.open(Tag::p, {attr::css("when")});
  if (block.timestamp) {
    html.element(Tag::time, {attr::datetime(*block.timestamp), attr::title(format_moment(*block.timestamp))},
                 format_clock(*block.timestamp));
    html.text(" ");
  }
  html.element(Tag::a, {attr::href(Url::message("./", block.anchor))}, "Go to the message");
  html.close(Tag::p);
  const BlockView view{.root = "./", .directory = pages.transcript().facts().cwd};
  Pieces pieces(html, block.anchor, view);
  // What the heading over all changes of the file says already stands only where there is more to say.
  const FileChange& shown = edit->files[change.index];
  const bool is_plain = shown.kind == FileChange::Kind::update && shown.moved_to.empty() && !shown.hunks.empty();
  write_file_change(pieces, shown, is_plain ? DiffHeading::none : DiffHeading::file);
  html.close(Tag::div);
}

}  // namespace

bool may_have_changed_files(const SessionPages& pages) {
  for (std::uint32_t row = 0; row < pages.size(); ++row) {
    const OutlineBlock& block = *pages.rows().at(row).block;
    if (is_call(block) && block.tool == ToolKind::edit) return true;
  }
  return false;
}

Result<ChangedFiles> find_changed_files(const SessionPages& pages) {
  const auto pattern = TextPattern::of(kPatchMark);
  if (!pattern) return std::unexpected(pattern.error());
  PlaceFinder finder(*pattern);
  const auto patches = places_in(pages, finder);
  if (!patches) return std::unexpected(patches.error());

  std::map<std::string, ChangedFile> by_path;
  for (std::uint32_t row = 0; row < pages.size(); ++row) {
    const OutlineBlock& outlined = *pages.rows().at(row).block;
    if (!is_call(outlined)) continue;
    const bool may_patch = (outlined.tool == ToolKind::shell || outlined.tool == ToolKind::other) &&
                           patches->may_have(pages.source_of(row), outlined);
    if (outlined.tool != ToolKind::edit && !may_patch) continue;
    const Block block = pages.load(row);
    const EditCall* edit = edit_of(block);
    if (edit == nullptr) continue;
    for (std::uint32_t index = 0; index < edit->files.size(); ++index) {
      const FileChange& change = edit->files[index];
      ChangedFile& file = by_path[change.path];
      file.totals += line_totals_of(change);
      file.changes.push_back({row, index});
    }
  }
  ChangedFiles files;
  files.reserve(by_path.size());
  for (auto& [path, file] : by_path) {
    file.path = path;
    files.push_back(std::move(file));
  }
  return files;
}

void write_changed_files(HtmlWriter& html, const SessionPages& pages, const ChangedFiles& files, std::size_t after) {
  html.open(Tag::h2);
  html.text(files.empty() ? "No file was changed" : format_count(files.size(), "file changed", "files changed"));
  html.text(" ");
  LineTotals totals;
  std::vector<std::size_t> begins;
  std::size_t all = 0;
  for (const ChangedFile& file : files) {
    totals += file.totals;
    begins.push_back(all);
    all += file.changes.size();
  }
  write_line_totals(html, totals);
  html.close(Tag::h2);
  if (files.empty()) return;

  // The list comes first, and says what of them is on this page: so what follows is written apart.
  HtmlWriter changes;
  std::size_t done = std::min(after, all);
  const std::string_view directory = pages.transcript().facts().cwd;
  const auto first = static_cast<std::size_t>(std::ranges::upper_bound(begins, done) - begins.begin()) - 1;
  for (std::size_t i = first; i < files.size() && changes.size() < kPageBytes && done < all; ++i) {
    const ChangedFile& file = files[i];
    changes.open(Tag::section, {attr::css("changed"), attr::id(file_id(i))});
    changes.open(Tag::h3);
    changes.text(short_path(file.path, directory, kPathColumns));
    changes.text(" ");
    write_line_totals(changes, file.totals);
    changes.close(Tag::h3);
    for (std::size_t at = done - begins[i]; at < file.changes.size() && changes.size() < kPageBytes; ++at, ++done)
      write_change(changes, pages, file.changes[at]);
    changes.close(Tag::section);
  }
  write_list(html, files, directory, begins, after, done);
  if (after > 0) {
    html.open(Tag::p, {attr::css("jump")});
    html.element(Tag::a, {attr::href(Url::files("./"))}, format_count(after, "change", "changes") + " before these");
    html.close(Tag::p);
  }
  html.append(std::move(changes));
  if (done < all) {
    html.open(Tag::p, {attr::css("jump")});
    html.element(Tag::a, {attr::href(Url::files_after("./", done))},
                 format_count(all - done, "more change", "more changes"));
    html.close(Tag::p);
  }
}

}  // namespace panko
