#include "base/memory.hpp"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace panko {

void return_free_memory() {
#ifdef __GLIBC__
  if (!kSanitized) ::malloc_trim(0);
#endif
}

}  // namespace panko
