#include "http/workshop.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>

#include "base/log.hpp"

namespace panko {

void Workshop::run_guarded(const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception& error) {
    log_error(fmt::format("A page could not be made: {}", error.what()));
  }
}

}  // namespace panko
