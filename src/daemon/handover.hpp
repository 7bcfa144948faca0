// What a daemon starts from: alone, it is the lock and the control socket; when the program replaces itself, it is
// everything that the one before held. It crosses exec as inherited descriptors and one JSON document in a sealed
// memfd. Used by one thread, before and after the loop. Throws Failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "shares/handover.hpp"

namespace panko {

/// A client of the control socket, between two requests.
struct HandedClient {
  Fd socket{};
  std::string unread{};  // received: the beginning of a request, or several
  std::string unsent{};  // the rest of replies and events
  bool is_subscribed = false;
  bool wants_restart = false;  // its Restart is to be answered
  std::vector<std::string> views{};
  std::size_t ended_views = 0;
};

struct Handover {
  /// Of the document. Another version is refused by the check before anything is given up (next_program.hpp).
  static constexpr int kVersion = 1;

  Fd lock{};
  Fd control{};
  std::vector<HandedClient> clients{};
  SharesHandover shares{};
  std::optional<std::string> failure{};  // why another program could not be started: for those who want a restart
};

/// The document, for read_handover() in the program that inherits the descriptors, which stay the caller's.
[[nodiscard]] Fd write_handover(const Handover& handover);

/// Throws when this descriptor is no such document. Changes nothing.
void require_handover(int document);

/// Every descriptor that the document names is close-on-exec again.
[[nodiscard]] Handover read_handover(int document);

/// The descriptors that the document names, for whoever hands them down.
[[nodiscard]] std::vector<int> descriptors_of(const Handover& handover);

}  // namespace panko
