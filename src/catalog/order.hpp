// In which order sessions are shown, and which of them. The same for the TUI and `panko list`. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/entry.hpp"

namespace panko {

enum class SortOrder : std::uint8_t { newest, oldest, messages, size, project };

inline constexpr std::array kSortOrders{SortOrder::newest, SortOrder::oldest, SortOrder::messages, SortOrder::size,
                                        SortOrder::project};

/// "newest", "oldest", ...
[[nodiscard]] std::string_view name_of(SortOrder order);
[[nodiscard]] std::optional<SortOrder> sort_order_of(std::string_view name);

/// Whether `a` stands before `b`: a total order, so that equal keys never swap places.
[[nodiscard]] bool stands_before(const SessionEntry& a, const SessionEntry& b, SortOrder order);

/// Which sessions are shown; what is not set lets everything through.
struct SessionFilter {
  const Agent* agent = nullptr;
  std::string project;  // a part of its name or of its directory, any case
  std::optional<WallTime> changed_since;
  [[nodiscard]] bool lets_through(const SessionEntry& session) const;
};

}  // namespace panko
