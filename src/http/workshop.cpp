#include "http/workshop.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/log.hpp"

namespace panko {

void Workshop::run_guarded(const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception& error) {
    log_error(fmt::format("A page could not be made: {}", error.what()));
  }
}

void Workshop::return_free_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace panko
