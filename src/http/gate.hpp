// What stands in front of a share that is not open to whoever has the link: a password, or a limited number of views.
// A visitor who was let in gets a cookie for this share alone; it holds a number and a proof made with the share's own
// key, so nothing is remembered here and a restart lets nobody in or out. Plain values.
#pragma once

#include <cstdint>
#include <string>

namespace panko {

struct Gate {
  std::string key;            // 32 random bytes of the share's own; another key: all cookies are worth nothing
  std::string password_hash;  // as libsodium writes it (Argon2id); empty: no password is asked for
  bool counts_views = false;  // "Open" spends one of a limited number of views
};

/// Takes some 100 ms and 32 MiB: for a worker.
[[nodiscard]] std::string hash_password(const std::string& password);
[[nodiscard]] bool is_password(const std::string& hash, const std::string& password);

}  // namespace panko
