#include "shares/addresses.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/files.hpp"
#include "base/random.hpp"

namespace panko {

namespace {

constexpr PortRange kPorts{20000, 29999};

struct OwnAddress {
  std::string text;
  bool loopback;
};

std::string spelling_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, bytes, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::vector<OwnAddress> own_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  std::vector<OwnAddress> found;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
    const bool loopback = (at->ifa_flags & IFF_LOOPBACK) != 0;
    if (at->ifa_addr->sa_family == AF_INET) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
      found.push_back({spelling_of(AF_INET, &address->sin_addr), loopback});
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      const auto* address = reinterpret_cast<const sockaddr_in6*>(at->ifa_addr);
      // A link-local address means nothing without its interface, and a browser takes none.
      if (!IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr))
        found.push_back({spelling_of(AF_INET6, &address->sin6_addr), loopback});
    }
  }
  return found;
}

}  // namespace

Result<std::string> check_bind_address(const std::string& address) {
  in_addr four{};
  in6_addr six{};
  std::string spelling;
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) {
    spelling = spelling_of(AF_INET, &four);
    if (four.s_addr == htonl(INADDR_LOOPBACK)) return std::string();
    if (four.s_addr == htonl(INADDR_ANY) || (ntohl(four.s_addr) >> 24) == IN_LOOPBACKNET) return spelling;
  } else if (::inet_pton(AF_INET6, address.c_str(), &six) == 1) {
    spelling = spelling_of(AF_INET6, &six);
    if (spelling == "::") return spelling;
  } else {
    return fail(
        fmt::format("\"{}\" is no IP address; give --bind an address of this machine, or 0.0.0.0 for all of "
                    "them.",
                    address));
  }
  const auto own = own_addresses();
  if (std::ranges::find(own, spelling, &OwnAddress::text) != own.end()) return spelling;
  std::string known;
  for (const auto& candidate : own) {
    if (!candidate.loopback) known += (known.empty() ? "" : ", ") + candidate.text;
  }
  return fail(fmt::format("{} is no address of this machine{}.", spelling, known.empty() ? "" : "; it has " + known));
}

std::string listening_address(const std::string& bind) {
  return bind.empty() ? "127.0.0.1" : bind;
}

std::string base_url_of(const std::string& bind, std::uint16_t port) {
  std::string host = listening_address(bind);
  if (host == "0.0.0.0" || host == "::") {
    const bool four_only = host == "0.0.0.0";
    host = four_only ? "127.0.0.1" : "::1";
    for (const auto& own : own_addresses()) {
      if (own.loopback || (four_only && own.text.contains(':'))) continue;
      host = own.text;
      break;
    }
  }
  if (host.contains(':')) host = fmt::format("[{}]", host);
  return fmt::format("http://{}:{}", host, port);
}

std::optional<PortRange> ephemeral_ports() {
  const auto text = read_file("/proc/sys/net/ipv4/ip_local_port_range", 4096);
  if (!text) return std::nullopt;
  PortRange range{};
  const char* const end = text->data() + text->size();
  const auto low = std::from_chars(text->data(), end, range.first);
  if (low.ec != std::errc()) return std::nullopt;
  const char* at = low.ptr;
  while (at != end && (*at == ' ' || *at == '\t')) ++at;
  if (std::from_chars(at, end, range.second).ec != std::errc() || range.second < range.first) return std::nullopt;
  return range;
}

std::uint16_t random_gateway_port(const std::optional<PortRange>& avoid) {
  const auto [low, high] = kPorts;
  // Below and above what is to be avoided, as far as it lies within our range at all.
  const std::uint32_t below = avoid ? std::clamp<std::uint32_t>(avoid->first, low, high + 1U) - low : high + 1U - low;
  const std::uint32_t above = avoid ? high - std::clamp<std::uint32_t>(avoid->second, low - 1U, high) : 0;
  if (below + above == 0) return static_cast<std::uint16_t>(random_between(low, high));
  const std::uint32_t pick = random_between(0, below + above - 1);
  return static_cast<std::uint16_t>(pick < below ? low + pick : high - (pick - below));
}

}  // namespace panko
