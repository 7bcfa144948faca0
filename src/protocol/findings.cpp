#include "protocol/findings.hpp"

#include "base/numbers.hpp"

namespace panko::protocol {

std::string_view name_in_marker(std::string_view marker) {
  constexpr std::string_view kBefore = "[redacted: ";
  if (!marker.starts_with(kBefore) || !marker.ends_with(']')) return marker;
  return marker.substr(kBefore.size(), marker.size() - kBefore.size() - 1);
}

std::string_view finding_name(const FindingInfo& finding) {
  const std::string_view name = name_in_marker(finding.marker);
  return name == finding.marker ? finding.kind : name;
}

std::string masked_values(std::uint64_t secrets, std::uint64_t personal) {
  std::string out;
  if (secrets > 0) out = format_count(secrets, "secret", "secrets");
  if (personal > 0) out += (out.empty() ? "" : " and ") + format_count(personal, "personal value", "personal values");
  return out;
}

}  // namespace panko::protocol
