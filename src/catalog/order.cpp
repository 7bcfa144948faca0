#include "catalog/order.hpp"

#include <algorithm>

namespace panko {

namespace {

constexpr std::array<std::string_view, kSortOrders.size()> kNames{"newest", "oldest", "messages", "size", "project"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains_any_case(std::string_view text, std::string_view part) {
  return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

bool is_newer(const SessionEntry& a, const SessionEntry& b) {
  return a.modified_at != b.modified_at ? a.modified_at > b.modified_at : a.path.native() < b.path.native();
}

}  // namespace

std::string_view name_of(SortOrder order) {
  return kNames[static_cast<std::size_t>(order)];
}

std::optional<SortOrder> sort_order_of(std::string_view name) {
  for (const SortOrder order : kSortOrders)
    if (name_of(order) == name) return order;
  return std::nullopt;
}

bool stands_before(const SessionEntry& a, const SessionEntry& b, SortOrder order) {
  switch (order) {
    case SortOrder::newest: break;
    case SortOrder::oldest: return is_newer(b, a);
    case SortOrder::messages:
      if (a.digest.messages != b.digest.messages) return a.digest.messages > b.digest.messages;
      break;
    case SortOrder::size:
      if (a.size != b.size) return a.size > b.size;
      break;
    case SortOrder::project: {
      const bool before = std::ranges::lexicographical_compare(a.project, b.project, {}, lower, lower);
      if (before || std::ranges::lexicographical_compare(b.project, a.project, {}, lower, lower)) return before;
      // Two directories of the same name are two projects.
      if (a.digest.facts.cwd != b.digest.facts.cwd) return a.digest.facts.cwd < b.digest.facts.cwd;
      break;
    }
  }
  return is_newer(a, b);
}

bool SessionFilter::lets_through(const SessionEntry& session) const {
  if (agent != nullptr && session.agent != agent) return false;
  if (!contains_any_case(session.project, project) && !contains_any_case(session.digest.facts.cwd, project))
    return false;
  return !changed_since || session.modified_at >= *changed_since;
}

}  // namespace panko
