#include "store/share.hpp"

#include <array>
#include <utility>

namespace panko {

namespace {

constexpr std::array<std::pair<ShareStatus, std::string_view>, 4> kNames{{{ShareStatus::starting, "starting"},
                                                                          {ShareStatus::active, "active"},
                                                                          {ShareStatus::error, "error"},
                                                                          {ShareStatus::stopped, "stopped"}}};

}  // namespace

std::string_view name_of(ShareStatus status) {
  return kNames[static_cast<std::size_t>(status)].second;
}

std::optional<ShareStatus> share_status_from(std::string_view name) {
  for (const auto& [status, text] : kNames)
    if (text == name) return status;
  return std::nullopt;
}

}  // namespace panko
