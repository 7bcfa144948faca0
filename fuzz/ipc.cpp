// What a client may send to the daemon's socket, and what a daemon of another build may answer: framing and parsing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/framing.hpp"
#include "protocol/wire.hpp"

namespace {

using namespace panko::protocol;

constexpr std::size_t kLimit = 512;  // low, so that the fuzzer finds the way past it

/// An error is a sentence; anything else is a value, and what it is does not matter here.
template <class T>
void check(const panko::Result<T>& result) {
  if (!result && result.error().message.empty()) std::abort();
}

void read_line(std::string_view line) {
  if (line.size() > kLimit || line.contains('\n')) std::abort();
  const auto request = parse_request(line);
  check(request);
  if (request) {
    check(share_id_from(request->params));
    check(from_json<OpenView>(request->params));
    const auto start = from_json<StartShare>(request->params);
    check(start);
    if (start) {
      const auto again = from_json<StartShare>(to_json(*start));
      if (!again || again->session_path != start->session_path) std::abort();
    }
  }
  const auto reply = parse_reply(line);
  check(reply);
  if (reply) {
    if (error_message_from(reply->data).contains('\0')) std::abort();
    check(event_share_from(reply->data));
    check(from_json<HelloInfo>(reply->data));
    check(from_json<StatusInfo>(reply->data));
    check(from_json<ViewInfo>(reply->data));
    check(list_from_json<ProviderInfo>(reply->data));
    const auto shares = list_from_json<ShareInfo>(reply->data);
    check(shares);
    if (shares)
      for (const auto& share : *shares)
        if (const auto event = event_line(share); event.find('\n') != event.size() - 1) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];  // how the bytes arrive
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  LineReader reader(kLimit);
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto line = reader.next())
      if (line->has_value()) read_line(**line);
  }
  return 0;
}
