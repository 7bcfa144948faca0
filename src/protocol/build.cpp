#include "protocol/build.hpp"

namespace panko::protocol {

std::string_view build_version() {
  return PANKO_VERSION;
}

}  // namespace panko::protocol
