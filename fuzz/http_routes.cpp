// A request as a stranger may send it: the head through the parser, its target through the routes, what it posts and
// its cookies through whoever reads them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/gate_keeper.hpp"
#include "http/gzip.hpp"
#include "http/host_names.hpp"
#include "http/posted.hpp"
#include "http/request.hpp"
#include "http/routes.hpp"

namespace {

void check_route(std::string_view target) {
  const auto route = panko::parse_route(target);
  using Kind = panko::Route::Kind;
  const bool below_share = route.kind != Kind::nowhere && route.kind != Kind::robots;
  // The token is a piece of the target, and nothing that could leave its place in a Location field.
  if (!below_share && !route.token.empty()) std::abort();
  if (target.find(route.token) == std::string_view::npos || route.token.contains('/')) std::abort();
  if (route.kind == Kind::block && route.anchor.empty()) std::abort();
  const bool is_format = route.text.empty() || route.text == "html" || route.text == "md" || route.text == "jsonl";
  if (route.kind == Kind::download && !is_format) std::abort();
}

void check_posted(std::string_view body) {
  if (const auto password = panko::parse_unlock("application/x-www-form-urlencoded", body);
      password && password->size() > body.size())
    std::abort();
  if (const auto seen = panko::parse_seen("application/json", body);
      seen && (seen->visit.size() < 16 || seen->visit.size() > 64))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_route(input);
  check_posted(input);
  // Nobody guesses a proof.
  static const panko::GateKeeper keeper({.key = std::string(32, 'k'), .password_hash = "made up"}, "token");
  if (keeper.admits(input)) std::abort();
  (void)panko::accepts_gzip(input);

  panko::HostNames names;
  names.set_listener("127.0.0.1", 8080);
  names.set_tunnel_names({"a.example"});
  (void)names.accepts(input, "192.0.2.1");

  if (const auto request = panko::parse_request(input, 100)) {
    // Beast lets no control character through; what follows relies on it.
    if (request->target.find_first_of("\r\n") != std::string::npos) std::abort();
    if (request->has_body && request->keep_alive) std::abort();
    check_route(request->target);
    if (keeper.admits(request->cookies)) std::abort();
    if (request->host) (void)names.accepts(*request->host);
  }
  return 0;
}
