// Tools that say something rather than do it: to-dos, questions, plans, what was found on the web.
#include <algorithm>
#include <utility>

#include "agents/claude_tool.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

// Of a list whose elements take more memory here than in the record.
constexpr std::size_t kMostElements = 10'000;

Todo::State state_of(std::string_view status) {
  using enum Todo::State;
  if (status == "completed" || status == "done") return done;
  if (status == "in_progress") return active;
  if (status == "deleted" || status == "cancelled") return dropped;
  return pending;
}

Todo todo_of(const JsonValue& item) {
  Todo todo{.state = state_of(item["status"].body()), .text = {}};
  for (const std::string_view name : {"content", "subject", "activeForm"})
    if (todo.text.empty()) todo.text = claude_text_of(item[name]);
  return todo;
}

std::vector<Todo> todos_of(const JsonValue& list) {
  std::vector<Todo> todos;
  list.for_each_element([&](const JsonValue& item) {
    if (Todo todo = todo_of(item); !todo.text.empty() && todos.size() < kMostElements) todos.push_back(std::move(todo));
  });
  return todos;
}

/// One to-do of a list that is kept elsewhere: made, changed or looked at.
ToolAction task_action(const ClaudeCall& call) {
  const JsonValue task = call.details["task"];
  Todo todo = todo_of(call.input);
  if (todo.text.empty()) todo.text = claude_text_of(task["subject"]);
  if (todo.text.empty())
    if (const std::string id = claude_text_of(call.input["taskId"]); !id.empty()) todo.text = "#" + id;
  if (todo.text.empty()) return OtherCall{};
  std::string_view status = call.input["status"].body();
  if (status.empty()) status = call.details["statusChange"]["to"].body();
  if (status.empty()) status = task["status"].body();
  if (status.empty() && call.name == "TaskUpdate") return OtherCall{};  // it changes something else
  todo.state = state_of(status);
  return TodoCall{{std::move(todo)}};
}

/// "A, B" where several were chosen, if each is one of the options.
std::vector<std::string> chosen(const std::string& answer, const Question& question, bool is_multiple) {
  const auto is_option = [&](std::string_view label) {
    return std::ranges::find(question.options, label, &Question::Option::label) != question.options.end();
  };
  if (!is_multiple || is_option(answer)) return {answer};
  std::vector<std::string> labels;
  std::string_view rest = answer;
  for (;;) {
    const auto comma = rest.find(", ");
    if (!is_option(rest.substr(0, comma))) return {answer};
    labels.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return labels;
    rest.remove_prefix(comma + 2);
  }
}

/// 'User has answered your questions: "Question"="Answer", "Question"="Answer". You can now continue ...'
std::string answer_in_text(std::string_view text, const std::string& question) {
  const std::string begin = '"' + question + "\"=\"";
  const auto at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  const auto is_end = [&](std::size_t quote) {
    const std::string_view behind = text.substr(quote + 1);
    return behind.empty() || behind.starts_with(", \"") || behind.starts_with(". ") ||
           behind.starts_with(" user notes:") || behind.starts_with(" selected preview:");
  };
  for (auto quote = text.find('"'); quote != std::string_view::npos; quote = text.find('"', quote + 1))
    if (is_end(quote)) return std::string(text.substr(0, quote));
  return {};
}

/// The member whose name, unescaped, is this.
JsonValue member_named(const JsonValue& object, const std::string& name) {
  JsonValue found;
  object.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == name || (key.contains('\\') && unescape_json(key) == name)) found = value;
  });
  return found;
}

void add_answers(const ClaudeCall& call, Question& question, bool is_multiple) {
  if (!call.has_result || call.is_error) return;
  const JsonValue answer = member_named(call.details["answers"], question.text);
  if (answer.is_array()) {
    answer.for_each_element([&](const JsonValue& label) {
      if (question.answers.size() < kMostElements) question.answers.push_back(claude_text_of(label));
    });
  } else {
    std::string text = claude_text_of(answer);
    if (text.empty()) text = answer_in_text(call.result, question.text);
    if (!text.empty()) question.answers = chosen(text, question, is_multiple);
  }
  const JsonValue notes = member_named(call.details["annotations"], question.text)["notes"];
  if (std::string text = claude_text_of(notes); !text.empty()) question.answers.push_back(std::move(text));
}

Question question_of(const JsonValue& recorded, const ClaudeCall& call) {
  Question question{.title = claude_text_of(recorded["header"]),
                    .text = claude_text_of(recorded["question"]),
                    .options = {},
                    .answers = {}};
  recorded["options"].for_each_element([&](const JsonValue& option) {
    constexpr std::size_t kMost = 64;  // each piece of an answer is looked for among them
    if (question.options.size() == kMost) return;
    if (option.is_string()) {
      question.options.push_back({.label = claude_text_of(option), .description = {}});
    } else if (option.is_object()) {
      question.options.push_back(
          {.label = claude_text_of(option["label"]), .description = claude_text_of(option["description"])});
    }
  });
  add_answers(call, question, recorded["multiSelect"].is_true());
  return question;
}

void add_link(const JsonValue& recorded, std::vector<WebCall::Link>& links) {
  std::string url = claude_text_of(recorded["url"]);
  if (!url.empty() && links.size() < kMostElements)
    links.push_back({.title = claude_text_of(recorded["title"]), .url = std::move(url)});
}

/// Lists of {"title":"...","url":"..."}, or of {"content":[...]} of the same.
void add_links(const JsonValue& list, std::vector<WebCall::Link>& links) {
  list.for_each_element([&](const JsonValue& found) {
    add_link(found, links);
    found["content"].for_each_element([&](const JsonValue& link) { add_link(link, links); });
  });
}

/// The same of an array as text.
void add_links(std::string_view array, std::vector<WebCall::Link>& links) {
  std::string object = R"({"links":)" + std::string(array) + "}";
  const std::size_t size = object.size();
  object.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(object).substr(0, size)) == JsonStatus::complete)
    add_links(index.root()["links"], links);
}

/// 'Web search results for query: "..." Links: [...] and what was read there. REMINDER: ...'. Collects the links where
/// nobody has yet; whether there is anything else.
bool has_more_than_links(std::string_view text, std::vector<WebCall::Link>& links) {
  const bool is_known = !links.empty();
  if (text.starts_with("Web search results for query:")) text.remove_prefix(std::min(text.find('\n'), text.size()));
  constexpr std::string_view kLinks = "Links: [";
  for (;;) {
    text = trim(text);
    if (!text.starts_with(kLinks)) break;
    text.remove_prefix(kLinks.size() - 1);
    const auto length = json_object_length(text);
    if (!length) return true;
    if (!is_known) add_links(text.substr(0, *length), links);
    text.remove_prefix(*length);
  }
  return !text.empty() && !text.starts_with("REMINDER:");
}

}  // namespace

ToolAction claude_todo_action(const ClaudeCall& call) {
  if (call.name != "TodoWrite" && call.name != "TaskList") return task_action(call);
  for (const JsonValue& list : {call.input["todos"], call.details["newTodos"], call.details["tasks"]})
    if (list.is_array()) return TodoCall{todos_of(list)};
  return OtherCall{};
}

ToolAction claude_ask_action(const ClaudeCall& call) {
  AskCall ask;
  JsonValue questions = call.input["questions"];
  if (!questions.is_array()) questions = call.details["questions"];
  // Each looks for its answer in the whole result.
  constexpr std::size_t kMost = 32;
  questions.for_each_element([&](const JsonValue& recorded) {
    if (recorded.is_object() && ask.questions.size() < kMost) ask.questions.push_back(question_of(recorded, call));
  });
  if (ask.questions.empty()) return OtherCall{};
  return ask;
}

ToolAction claude_plan_action(const ClaudeCall& call) {
  std::string plan = claude_text_of(call.input["plan"]);
  if (plan.empty()) plan = claude_text_of(call.details["plan"]);
  constexpr std::string_view kApproved = "## Approved Plan:\n";
  if (const auto at = call.result.find(kApproved); plan.empty() && at != std::string_view::npos)
    plan = trim(call.result.substr(at + kApproved.size()));
  if (plan.empty()) return OtherCall{};
  return PlanCall{std::move(plan)};
}

ToolAction claude_web_action(const ClaudeCall& call) {
  WebCall web{.query = claude_text_of(call.input["query"]),
              .url = claude_text_of(call.input["url"]),
              .links = {},
              .links_are_all = false};
  if (web.query.empty()) web.query = claude_text_of(call.input["prompt"]);
  if (web.query.empty() && web.url.empty()) return OtherCall{};

  add_links(call.details["results"], web.links);
  add_links(call.content, web.links);
  web.links_are_all = !has_more_than_links(call.result, web.links) && !web.links.empty();
  return web;
}

}  // namespace panko
