#include "tunnel/program.hpp"

#include <cstdlib>

namespace panko {

std::vector<std::string> child_environment(std::vector<std::string> more) {
  for (const char* name : {"PATH", "HOME", "LANG", "TZ", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
                           "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}) {
    if (const char* value = std::getenv(name)) more.push_back(std::string(name) + "=" + value);
  }
  return more;
}

}  // namespace panko
