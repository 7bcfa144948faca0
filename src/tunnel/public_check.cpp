#include "tunnel/public_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "tunnel/program.hpp"
#include "tunnel/provider.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostBody = 64 << 10;
// Of curl(1), "EXIT CODES": what says of curl, not of the URL, that it does not work.
constexpr int kCurlUnsupportedProtocol = 1;
constexpr int kCurlFailedInit = 2;
constexpr int kCurlTooLong = 63;

/// Whether the text may stand between quotes in curl's configuration, and be a URL at all.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

std::string curl_configuration(const std::string& url, std::chrono::milliseconds time) {
  return fmt::format(
      "silent\n"
      "globoff\n"                  // brackets are what they are
      "proto = \"=http,https\"\n"  // and no redirect is followed: it would lead to somebody else
      "max-time = {}\n"
      "max-filesize = {}\n"
      "url = \"{}\"\n",
      static_cast<double>(time.count()) / 1000, kMostBody, url);
}

/// curl as a visitor. -q first: ~/.curlrc is not for us. What keeps a program that is there from being started passes:
/// too many processes, no descriptor, no memory.
asio::awaitable<Result<ProgramResult>> run_curl(std::string configuration, std::chrono::milliseconds time) {
  co_return co_await run_program({.arguments = {"curl", "-q", "--config", "-"},
                                  .environment = {},
                                  .input = std::move(configuration),
                                  .time = time + std::chrono::seconds(1),
                                  .output_bytes = kMostBody});
}

bool can_be_asked(std::string_view url) {
  return is_plain(url) && find_program("curl").has_value();
}

constexpr const char* kStatusAlone =
    "output = \"/dev/null\"\n"
    "write-out = \"%{http_code}\"\n";

PublicAnswer judge(const ProgramResult& result, std::string_view expected) {
  if (!result.exit_status) return PublicAnswer::none;
  switch (*result.exit_status) {
    case 0: break;
    case kCurlTooLong: return PublicAnswer::other;
    case kCurlUnsupportedProtocol:
    case kCurlFailedInit: return PublicAnswer::unknown;
    default: return PublicAnswer::none;
  }
  std::string_view body = result.output;
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  return body == expected ? PublicAnswer::ours : PublicAnswer::other;
}

}  // namespace

asio::awaitable<PublicAnswer> ask_public(std::string base_url, Nonce nonce, std::chrono::milliseconds time) {
  const auto url = base_url + nonce.path;
  if (nonce.answer.empty() || !can_be_asked(url)) co_return PublicAnswer::unknown;
  const auto result = co_await run_curl(curl_configuration(url, time), time);
  co_return result ? judge(*result, nonce.answer) : PublicAnswer::none;
}

asio::awaitable<std::optional<unsigned>> ask_public_status(std::string url, std::chrono::milliseconds time) {
  if (!can_be_asked(url)) co_return std::nullopt;
  const auto result = co_await run_curl(curl_configuration(url, time) + kStatusAlone, time);
  const std::optional<int> exit_status = result ? result->exit_status : std::nullopt;
  if (!exit_status) co_return 0;
  if (*exit_status == kCurlUnsupportedProtocol || *exit_status == kCurlFailedInit) co_return std::nullopt;
  // What comes behind the head does not matter: a body that is too long, or that stops in the middle.
  unsigned status = 0;
  std::from_chars(result->output.data(), result->output.data() + result->output.size(), status);
  co_return status;
}

}  // namespace panko
