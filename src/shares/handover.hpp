// What one ShareService leaves to the next in the same process when the daemon restarts in place, beside state.db and
// the run records: what cannot be written down (descriptors), and what is in memory alone. Tunnels just run on.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "http/handover.hpp"

namespace panko {

struct HandedGateway {
  std::string key;  // as the pool knows it
  HandedListener listener;
};

struct HandedView {
  std::string id;
  std::filesystem::path session;
  std::string token;
  std::chrono::milliseconds idle{};  // since the last request
  HandedListener listener;
};

struct SharesHandover {
  std::vector<HandedGateway> gateways;
  std::vector<HandedView> views;
  std::vector<std::string> restorable;  // shares whose stop can be undone yet
};

}  // namespace panko
