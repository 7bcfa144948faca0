#include "render/list_view.hpp"

#include <algorithm>
#include <array>

namespace panko {

namespace {

struct StateName {
  Constant css;
  std::string_view label;
};

const StateName& name_of(Todo::State state) {
  static constexpr auto kNames = std::to_array<StateName>(
      {{"pending", "open"}, {"active", "in progress"}, {"done", "done"}, {"dropped", "dropped"}});
  return kNames.at(static_cast<std::size_t>(state));
}

void write_options(HtmlWriter& html, const Question& question) {
  if (question.options.empty()) return;
  html.open(Tag::ul, {attr::css("options")});
  for (const auto& [label, description] : question.options) {
    const bool chosen = was_chosen(question, label);
    html.open(Tag::li, {chosen ? attr::css("chosen") : attr::none()});
    html.element(Tag::strong, {}, label, Text::prose);
    if (chosen) {
      html.text(" ");
      html.element(Tag::span, {attr::css("mark")}, "chosen");
    }
    if (!description.empty()) {
      html.text(" ");
      html.element(Tag::span, {attr::css("more-about")}, description, Text::prose);
    }
    html.close(Tag::li);
  }
  html.close(Tag::ul);
}

}  // namespace

bool was_chosen(const Question& question, std::string_view label) {
  return std::ranges::find(question.answers, label) != question.answers.end();
}

bool is_an_option(const Question& question, std::string_view answer) {
  return std::ranges::find(question.options, answer, &Question::Option::label) != question.options.end();
}

void write_todos(HtmlWriter& html, const TodoCall& call) {
  html.open(Tag::ul, {attr::css("todos")});
  for (const auto& [state, text] : call.todos) {
    const auto& [css, label] = name_of(state);
    html.open(Tag::li, {attr::css(css)});
    html.single(Tag::input, {attr::own(attr::Own::type, "checkbox"), attr::own(attr::Own::disabled, ""),
                             attr::label(label), attr::checked_if(state == Todo::State::done)});
    html.text(" ");
    html.element(Tag::span, {}, text, Text::prose);
    html.close(Tag::li);
  }
  html.close(Tag::ul);
}

void write_questions(HtmlWriter& html, const AskCall& call) {
  for (const Question& question : call.questions) {
    html.open(Tag::div, {attr::css("question")});
    if (!question.title.empty()) html.element(Tag::p, {attr::css("label")}, question.title, Text::prose);
    html.element(Tag::p, {attr::css("text")}, question.text, Text::prose);
    write_options(html, question);
    for (const std::string& answer : question.answers) {
      if (is_an_option(question, answer)) continue;
      html.open(Tag::p, {attr::css("answer")});
      html.element(Tag::span, {attr::css("label")}, "Answer");
      html.text(" ");
      html.text(answer, Text::prose);
      html.close(Tag::p);
    }
    if (question.answers.empty()) html.element(Tag::p, {attr::css("unanswered")}, "Not answered");
    html.close(Tag::div);
  }
}

}  // namespace panko
