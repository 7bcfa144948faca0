#include "tui/sharing_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "tui/paint.hpp"

namespace panko::tui {

using std::chrono::seconds;

namespace {

constexpr std::size_t kQuotedColumns = 40;

}  // namespace

std::string in_quotes(std::string_view title) {
  return fmt::format("\"{}\"", panko::elide(presentable(truncate_utf8(title, 1000)), kQuotedColumns));
}

std::string age_of(const protocol::ShareInfo& share, WallTime now) {
  const auto started = from_iso8601(share.started_at);
  if (!started) return "-";
  const auto age = std::chrono::floor<seconds>(now - *started);
  if (age < std::chrono::minutes{1}) return "now";
  if (age >= std::chrono::hours{1} && age < std::chrono::days{1})
    return fmt::format("{} h", age / std::chrono::hours{1});
  return describe_duration(age);
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

std::string describe_expiry(std::string_view expires) {
  const auto duration = parse_duration(expires);
  return duration ? describe_duration(*duration) : std::string(expires);
}

}  // namespace panko::tui
