// What one server leaves to the next, which may be that of another program: descriptors and bytes, no object.
#pragma once

#include <string>
#include <vector>

#include "base/fd.hpp"

namespace panko {

/// A connection on which no answer is under way.
struct HandedConnection {
  Fd socket;
  std::string unread;  // received already: the beginning of a request, or several
};

struct HandedListener {
  Fd socket;                       // listening
  Fd origin;                       // likewise, at a Unix socket; may hold nothing
  std::vector<std::string> hosts;  // as for HttpServer::accept_hosts
  std::vector<HandedConnection> connections;
};

}  // namespace panko
