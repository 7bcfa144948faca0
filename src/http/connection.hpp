// The life of one connection: heads in, answers out, keep-alive and pipelining in between, and every limit on the way.
// Lives on the loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "http/answer.hpp"
#include "http/connections.hpp"
#include "http/request.hpp"
#include "http/server.hpp"

namespace panko {

/// Answers one request. May set connection->serving.
using Answerer = std::function<Task<AnswerPtr>(std::shared_ptr<Connection>, Request)>;

/// What all connections of a server share.
struct Service {
  HttpLimits limits;
  Answerer answer;
  std::function<AnswerPtr(unsigned status)> refuse;  // what cannot be understood
  DateField date;
};

/// Returns when the connection is closed, by whomever. `service` is alive as long as it runs.
Task<void> serve_connection(std::shared_ptr<Service> service, std::shared_ptr<Connection> connection);

}  // namespace panko
