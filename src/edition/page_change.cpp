#include "edition/page_change.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json_writer.hpp"
#include "base/numbers.hpp"
#include "render/page.hpp"
#include "render/window.hpp"

namespace panko {

namespace {

constexpr std::size_t kMaxOps = 400;

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9E37'79B9'7F4A'7C15;
  return state ^ (state >> 29);
}

/// Rows without a name that is theirs alone go by their number, so they are others when they move.
std::uint64_t name_of_row(const SessionPages& pages, std::uint32_t row) {
  const std::uint64_t anchor = pages.rows().at(row).block->anchor_key;
  return pages.rows().find(anchor) == row ? mix(1, anchor) : mix(2, row);
}

std::string facts_of(const SessionPages& pages) {
  HtmlWriter html;
  write_facts(html, {.facts = pages.transcript().facts(),
                     .agent = pages.transcript().agent().name,
                     .as_of = {},
                     .expires_at = {},
                     .now = {}});
  return html.take();
}

/// Which rows of the one are which rows of the other, in order; what is left over came, went or moved.
class Matching {
 public:
  using Rows = std::vector<PageModel::Row>;

  Matching(const Rows& before, const Rows& after) {
    std::uint32_t old_row = 0;
    std::uint32_t new_row = 0;
    auto old_end = static_cast<std::uint32_t>(before.size());
    auto new_end = static_cast<std::uint32_t>(after.size());
    while (old_row < old_end && new_row < new_end && before[old_row].key == after[new_row].key)
      pair(before, old_row++, after, new_row++);
    const std::uint32_t same = old_row;
    while (old_end > same && new_end > same && before[old_end - 1].key == after[new_end - 1].key) {
      --old_end;
      --new_end;
    }
    pair_between(before, old_row, old_end, after, new_row, new_end);
    for (; old_end < before.size(); ++old_end, ++new_end) pair(before, old_end, after, new_end);
  }

  std::vector<std::uint32_t> removed;   // of the old ones, ascending
  std::vector<std::uint32_t> inserted;  // of the new ones, ascending
  std::vector<std::uint32_t> replaced;  // of the new ones

 private:
  void pair(const Rows& before, std::uint32_t old_row, const Rows& after, std::uint32_t new_row) {
    if (before[old_row].version != after[new_row].version) replaced.push_back(new_row);
  }

  void pair_between(const Rows& before, std::uint32_t old_row, std::uint32_t old_end, const Rows& after,
                    std::uint32_t new_row, std::uint32_t new_end) {
    std::unordered_set<std::uint64_t> still_old;
    std::unordered_set<std::uint64_t> still_new;
    if (old_row < old_end && new_row < new_end) {
      for (std::uint32_t row = old_row; row < old_end; ++row) still_old.insert(before[row].key);
      for (std::uint32_t row = new_row; row < new_end; ++row) still_new.insert(after[row].key);
    }
    while (old_row < old_end && new_row < new_end) {
      if (before[old_row].key == after[new_row].key) {
        pair(before, old_row++, after, new_row++);
      } else if (!still_old.contains(after[new_row].key)) {
        inserted.push_back(new_row++);
      } else {
        // It went, or it comes later: then it is taken out here and put in there.
        still_old.erase(before[old_row].key);
        removed.push_back(old_row++);
      }
    }
    while (old_row < old_end) removed.push_back(old_row++);
    while (new_row < new_end) inserted.push_back(new_row++);
  }
};

class ChangeWriter {
 public:
  ChangeWriter(const SessionPages& before, const PageModel& old_model, const SessionPages& after,
               const PageModel& new_model)
      : before_(before), old_model_(old_model), after_(after), new_model_(new_model) {}

  std::string write() {
    const Matching matching(old_model_.rows, new_model_.rows);
    if (!only_adds_prompts()) return {};
    if (matching.removed.size() + matching.inserted.size() + matching.replaced.size() > kMaxOps) return {};
    for (const auto& group : new_model_.groups) new_sizes_.emplace(group.key, group.size);
    for (const auto& group : old_model_.groups) old_sizes_.emplace(group.key, group.size);

    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.key("version").value(version_text(after_.version()));
    json.key("count").value(std::uint64_t{after_.size()});
    json.key("ops").begin_array();
    remove(json, matching.removed);
    replace(json, matching.replaced);
    insert(json, matching.inserted);
    count_groups(json);
    add_prompts(json);
    json.end_array();
    if (const auto facts = facts_of(after_); facts != facts_of(before_)) json.key("head").value(facts);
    json.end_object();
    if (html_bytes_ > kMaxChangeHtml) return {};
    return out.substr(1, out.size() - 2);
  }

 private:
  /// Another order of prompts, or fewer, is another table of contents.
  [[nodiscard]] bool only_adds_prompts() const {
    const auto& old_prompts = before_.prompts();
    const auto& new_prompts = after_.prompts();
    if (old_prompts.size() > new_prompts.size()) return false;
    for (std::size_t i = 0; i < old_prompts.size(); ++i)
      if (old_model_.rows[old_prompts[i]].key != new_model_.rows[new_prompts[i]].key) return false;
    return true;
  }

  void remove(JsonWriter& json, const std::vector<std::uint32_t>& removed) {
    std::uint32_t gone_to = 0;  // rows in front of it went with their group
    for (const std::uint32_t row : removed) {
      if (row < gone_to) continue;
      // The outermost group around it that is no more.
      std::uint32_t gone = RowGroup::kMain;
      for (std::uint32_t group = before_.rows().at(row).group; group != RowGroup::kMain;
           group = before_.rows().group(group).parent) {
        if (!new_sizes_.contains(old_model_.groups[group].key)) gone = group;
      }
      json.begin_object().key("op").value("remove").key("id");
      if (gone == RowGroup::kMain) {
        json.value(before_.anchor_of(row));
      } else {
        json.value(group_id(before_.anchor_of(before_.rows().group(gone).first)));
        gone_to = before_.rows().group(gone).end;
      }
      json.end_object();
    }
  }

  void replace(JsonWriter& json, const std::vector<std::uint32_t>& replaced) {
    for (const std::uint32_t row : replaced) {
      if (html_bytes_ > kMaxChangeHtml) return;
      json.begin_object().key("op").value("replace").key("id").value(after_.anchor_of(row));
      json.key("html").value(counted(after_.html_of(row))).end_object();
    }
  }

  void insert(JsonWriter& json, const std::vector<std::uint32_t>& inserted) {
    for (std::size_t i = 0; i < inserted.size();) {
      std::size_t next = i + 1;
      while (next < inserted.size() && inserted[next] == inserted[next - 1] + 1) ++next;
      for (const auto& run : after_.runs(inserted[i], inserted[next - 1] + 1)) {
        if (html_bytes_ > kMaxChangeHtml) return;
        json.begin_object().key("op").value("insert").key("after");
        json.value(run.first == 0 ? std::string() : after_.anchor_of(run.first - 1));
        if (run.up > 0) json.key("up").value(std::uint64_t{run.up});
        json.key("html").value(counted(after_.html_of(run)));
        json.key("count").value(std::uint64_t{run.end - run.first}).end_object();
      }
      i = next;
    }
  }

  void count_groups(JsonWriter& json) {
    for (std::uint32_t index = RowGroup::kMain + 1; index < new_model_.groups.size(); ++index) {
      const auto& group = new_model_.groups[index];
      const auto before = old_sizes_.find(group.key);
      if (before == old_sizes_.end() || before->second == group.size) continue;
      json.begin_object().key("op").value("count").key("id");
      json.value(group_id(after_.anchor_of(after_.rows().group(index).first)));
      json.key("text").value(format_count(group.size, "message", "messages")).end_object();
    }
  }

  void add_prompts(JsonWriter& json) {
    for (std::size_t i = before_.prompts().size(); i < after_.prompts().size(); ++i) {
      auto label = after_.label(static_cast<std::uint32_t>(i));
      HtmlWriter html;
      json.begin_object().key("op").value("prompt").key("id").value(label.anchor);
      write_contents_entry(html, {.anchor = std::move(label.anchor), .label = std::move(label.text)});
      json.key("html").value(counted(html.take())).end_object();
    }
  }

  std::string counted(std::string html) {
    html_bytes_ += html.size();
    return html;
  }

  const SessionPages& before_;
  const PageModel& old_model_;
  const SessionPages& after_;
  const PageModel& new_model_;
  std::unordered_map<std::uint64_t, std::uint32_t> old_sizes_;  // of groups
  std::unordered_map<std::uint64_t, std::uint32_t> new_sizes_;
  std::size_t html_bytes_ = 0;
};

}  // namespace

PageModel::PageModel(const SessionPages& pages) {
  const Rows& all = pages.rows();
  groups.reserve(all.group_count());
  for (std::uint32_t index = 0; index < all.group_count(); ++index) {
    const RowGroup& group = all.group(index);
    std::uint64_t key = static_cast<std::uint64_t>(group.kind);
    if (index != RowGroup::kMain) {
      key = mix(mix(key, groups[group.parent].key), name_of_row(pages, group.first));
      if (group.kind == RowGroup::Kind::subagent)
        key = mix(mix(key, anchor_key_of(group.subagent->type)), anchor_key_of(group.subagent->description));
    }
    groups.push_back({.key = key, .size = group.end - group.first});
  }
  rows.reserve(all.size());
  for (std::uint32_t row = 0; row < all.size(); ++row) {
    rows.push_back(
        {.key = mix(groups[all.at(row).group].key, name_of_row(pages, row)), .version = pages.version_of(row)});
  }
}

std::string page_change(const SessionPages& before, const PageModel& old_model, const SessionPages& after,
                        const PageModel& new_model) {
  return ChangeWriter(before, old_model, after, new_model).write();
}

}  // namespace panko
