// What a tool put before the user or told of its work as a list: to-dos with their states, questions with what was
// answered.
#pragma once

#include <string_view>

#include "render/html.hpp"
#include "session/tool.hpp"

namespace panko {

void write_todos(HtmlWriter& html, const TodoCall& call);
void write_questions(HtmlWriter& html, const AskCall& call);

/// Whether the answer is the option's label, and whether it is any of the options'.
[[nodiscard]] bool was_chosen(const Question& question, std::string_view label);
[[nodiscard]] bool is_an_option(const Question& question, std::string_view answer);

}  // namespace panko
