// Who is let into one share: cookies, which prove themselves, and how often a password may be tried. Nothing of a
// visitor is remembered. Lives on the loop; throws Failure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/gate.hpp"
#include "http/task.hpp"

namespace panko {

class GateKeeper {
 public:
  static constexpr int kTriesAtOnce = 10;
  static constexpr std::chrono::seconds kTimePerTry{6};

  GateKeeper(Gate gate, std::string_view token);

  [[nodiscard]] bool asks_password() const { return !gate_.password_hash.empty(); }
  [[nodiscard]] bool counts_views() const { return gate_.counts_views; }
  [[nodiscard]] const std::string& password_hash() const { return gate_.password_hash; }

  /// `cookies`: what stands in the request's Cookie field.
  [[nodiscard]] bool admits(std::string_view cookies) const;
  /// A whole line of an answer's head. The browser sends it to this share alone, and forgets it when it is closed.
  [[nodiscard]] std::string new_cookie() const;

  /// For each password, before it is looked at: all visitors together have so many.
  [[nodiscard]] bool take_try(Clock::time_point now);
  /// It was the right one.
  void give_back_try() { tried_until_ -= kTimePerTry; }
  /// Until take_try() is true again.
  [[nodiscard]] std::chrono::seconds time_to_try(Clock::time_point now) const;

 private:
  [[nodiscard]] std::string proof_of(std::string_view number) const;

  Gate gate_;
  std::string share_;  // token and password, as hashes: what a cookie is good for
  Clock::time_point tried_until_{};
};

}  // namespace panko
