#include "http/task.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace panko {

void end_of_coroutine(const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    log_error(fmt::format("Serving failed: {}", failure.what()));
  }
}

}  // namespace panko
