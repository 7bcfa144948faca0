#include "tui/share_facts.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/numbers.hpp"
#include "protocol/findings.hpp"
#include "tui/when.hpp"

namespace panko::tui {

using protocol::ShareInfo;

namespace {

constexpr std::string_view kBetween = " · ";

std::string_view name_of_hidden(std::string_view hidden) {
  if (hidden == "tools") return "tool output";
  if (hidden == "steps") return "all but prompts and answers";
  return hidden;
}

}  // namespace

std::string left_out_of(const std::vector<std::string>& hide) {
  std::string text;
  for (const std::string& hidden : hide) {
    if (!text.empty()) text += ", ";
    text += presentable(name_of_hidden(hidden));
  }
  return text;
}

std::string views_of(const ShareInfo& share) {
  const std::uint64_t views = share.views.value_or(0);
  if (share.max_views) return fmt::format("{} of {}", format_number(views), format_number(*share.max_views));
  return views > 0 ? format_number(views) : "";
}

std::string counted_views(const ShareInfo& share) {
  if (share.max_views) return views_of(share) + (*share.max_views == 1 ? " view" : " views");
  return share.views ? format_count(*share.views, "view", "views") : "";
}

std::vector<Span> looks_of(const ShareInfo& share, WallTime now) {
  std::vector<Span> facts;
  const std::uint64_t previews = share.previews.value_or(0);
  if (const auto viewers = share.viewers.value_or(0); viewers > 0)
    facts.push_back({fmt::format("{} looking now", format_number(viewers)), theme::kLive});
  if (previews > 0) facts.push_back({format_count(previews, "preview", "previews"), theme::kQuiet});
  const auto seen = share.last_viewed_at ? from_iso8601(*share.last_viewed_at) : std::nullopt;
  if (seen) facts.push_back({"last seen " + ago(*seen, now), theme::kText});
  if (facts.empty() && share.views.value_or(0) == 0) facts.push_back({"nobody has looked yet", theme::kQuiet});
  return facts;
}

std::vector<Span> conditions_of(const ShareInfo& share) {
  std::vector<Span> facts;
  if (share.unmasked.value_or(false)) {
    facts.push_back({"NOT MASKED", theme::kWarning});
  } else {
    const std::string count =
        protocol::masked_values(share.secrets_masked.value_or(0), share.personal_masked.value_or(0));
    const bool is_known = share.secrets_masked.has_value() || share.personal_masked.has_value();
    facts.push_back({!is_known ? "masked" : count.empty() ? "nothing to mask" : count + " masked", theme::kDone});
    if (share.personal_shown.value_or(false)) facts.push_back({"personal data shown", theme::kWarning});
  }
  if (share.hidden && !share.hidden->empty()) facts.push_back({"without " + left_out_of(*share.hidden), theme::kText});
  if (share.downloads.value_or(false)) facts.push_back({"downloads", theme::kText});
  if (share.password.value_or(false)) facts.push_back({"password", theme::kText});
  return facts;
}

Span masking_sentence(const ShareInfo& share) {
  if (share.unmasked.value_or(false))
    return {"NOT MASKED: whoever opens the link reads every secret in it.", theme::kWarning};
  const std::uint64_t secrets = share.secrets_masked.value_or(0);
  const std::uint64_t personal = share.personal_masked.value_or(0);
  const char* personal_data = share.personal_shown.value_or(false) ? "; personal data is shown." : ".";
  if (const std::string count = protocol::masked_values(secrets, personal); !count.empty())
    return {fmt::format("{} {} masked{}", count, secrets + personal == 1 ? "is" : "are", personal_data), theme::kDone};
  const char* what = share.secrets_masked ? "No secrets were found in it" : "Secrets in it are masked";
  return {fmt::format("{}{}", what, personal_data), theme::kText};
}

std::vector<Line> flow(const std::vector<Span>& facts, int columns) {
  std::vector<Line> lines;
  for (const Span& fact : facts) {
    const bool fits = !lines.empty() && width_of(lines.back()) + width_of(kBetween) + width_of(fact.text) <= columns;
    if (fits)
      lines.back().push_back({std::string(kBetween), theme::kQuiet});
    else
      lines.emplace_back();
    lines.back().push_back(fact);
  }
  return lines;
}

}  // namespace panko::tui
