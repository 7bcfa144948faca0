// The life of one connection: heads in, answers out, keep-alive and pipelining in between, answers that go
// on for as long as their client likes, and every limit on the way.
// Lives on the loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/answer.hpp"
#include "http/connections.hpp"
#include "http/live_stream.hpp"
#include "http/request.hpp"
#include "http/server.hpp"

namespace panko {

/// What comes behind the head of an answer, piece by piece, each asked for when the one before it is sent.
class Pieces {
 public:
  Pieces() = default;
  virtual ~Pieces() = default;
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  /// Empty: there are no more. nullopt: the rest cannot be had, and the connection is cut.
  virtual Task<std::optional<std::string>> next() = 0;
};

/// An answer that is there, or one that goes on behind its head.
struct Reply {
  Reply(AnswerPtr whole) : answer(std::move(whole)) {}  // NOLINT(google-explicit-constructor)
  Reply(AnswerPtr begun, std::shared_ptr<LiveStream> rest) : answer(std::move(begun)), stream(std::move(rest)) {}
  Reply(AnswerPtr begun, std::shared_ptr<Pieces> rest) : answer(std::move(begun)), pieces(std::move(rest)) {}
  AnswerPtr answer;
  std::shared_ptr<LiveStream> stream;
  std::shared_ptr<Pieces> pieces;
};

/// Answers one request. May set connection->serving.
using Answerer = std::function<Task<Reply>(std::shared_ptr<Connection>, Request)>;

/// What all connections of a server share.
struct Service {
  HttpLimits limits;
  Answerer answer;
  std::function<bool(const Request&)> reads_body;    // whether the answer depends on it; else it is not received
  std::function<AnswerPtr(unsigned status)> refuse;  // what cannot be understood
  DateField date;
};

/// Returns when the connection is closed, by whomever. `service` is alive as long as it runs.
Task<void> serve_connection(std::shared_ptr<Service> service, std::shared_ptr<Connection> connection);

}  // namespace panko
