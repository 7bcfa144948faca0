#include "shares/waiting.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace panko {

void log_end_of_coroutine(const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    log_error(fmt::format("shares: {}", exception.what()));
  }
}

}  // namespace panko
