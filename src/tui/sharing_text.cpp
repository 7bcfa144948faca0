#include "tui/sharing_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "tui/links.hpp"
#include "tui/paint.hpp"
#include "tui/when.hpp"

namespace panko::tui {

using std::chrono::seconds;

namespace {

constexpr std::size_t kQuotedColumns = 40;

}  // namespace

std::string in_quotes(std::string_view title) {
  return fmt::format("\"{}\"", panko::elide(presentable(truncate_utf8(title, 1000)), kQuotedColumns));
}

std::string expiry_of(const protocol::ShareInfo& share, WallTime now) {
  if (!share.expires_at) return "never";
  const auto at = from_iso8601(*share.expires_at);
  if (!at) return presentable(*share.expires_at);
  const auto left = std::chrono::floor<seconds>(*at - now);
  return left < std::chrono::minutes{1} ? "soon" : "in " + describe_time_left(left);
}

std::string expiry_sentence(const protocol::ShareInfo& share, WallTime now) {
  return share.expires_at ? "expires " + expiry_of(share, now) : "never expires";
}

std::string plight_sentence(const protocol::ShareInfo& share) {
  std::string sentence = presentable(plight_of(share));
  if (!sentence.empty())
    sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
  return sentence;
}

std::string stop_sentence(const Stop& stop) {
  if (!stop.gone) return "Stopped; its link is being asked";
  if (*stop.gone == "checked") return "Stopped; gone, checked";
  if (*stop.gone == "unreachable") return "Stopped; no longer reachable";
  if (*stop.gone == kStillThere) return "Stopped here, but its link still answers: look at its tunnel";
  return "Stopped";
}

std::string change_sentence(const protocol::ShareInfo& share, WallTime now) {
  const auto changed = changed_at(share);
  return changed ? fmt::format("Link changed {}, the old one is dead.", ago(*changed, now)) : "";
}

}  // namespace panko::tui
