// The answers that depend on nothing: made once for a server. One for each status, so that a visitor who guesses
// learns nothing from a difference.
#pragma once

#include "http/answer.hpp"

namespace panko {

struct StandardAnswers {
  AnswerPtr robots;
  AnswerPtr nothing;  // 204
  AnswerPtr bad_request;
  AnswerPtr locked;  // 401: who was not let in
  AnswerPtr not_found;
  AnswerPtr not_allowed;
  AnswerPtr only_posted;  // at `live` and others
  AnswerPtr gone;
  AnswerPtr too_large;
  AnswerPtr misdirected;
  AnswerPtr long_head;
  AnswerPtr failed;
  AnswerPtr unavailable;

  [[nodiscard]] const AnswerPtr& of(unsigned status) const;
};

[[nodiscard]] StandardAnswers make_standard_answers();

}  // namespace panko
