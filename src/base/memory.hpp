// Giving memory back to the system. Thread-safe.
#pragma once

namespace panko {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

/// What malloc keeps back of memory that was freed. Nothing under a sanitizer: those have an allocator of their own,
/// and glibc's, which was never used, does not survive being asked.
void return_free_memory();

}  // namespace panko
