#include "agents/codex_scan.hpp"

#include <algorithm>
#include <utility>

#include "agents/codex_action.hpp"
#include "agents/codex_names.hpp"
#include "agents/codex_notice.hpp"
#include "agents/codex_result.hpp"
#include "agents/codex_tool.hpp"
#include "agents/image_bytes.hpp"
#include "agents/safe_name.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

// Tell apart what happens to be the same text.
constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kImage = 5 * kOdd;
constexpr std::uint64_t kSearch = 6 * kOdd;
constexpr std::uint64_t kCompaction = 7 * kOdd;
constexpr std::uint64_t kError = 8 * kOdd;

constexpr std::uint64_t salt_of(CodexVoice voice) {
  return (static_cast<std::uint64_t>(voice) + 1) * kOdd;
}

std::string_view searched_for(const JsonValue& payload) {
  const JsonValue action = payload["action"];
  for (const std::string_view name : {"query", "url", "pattern"})
    if (const auto text = action[name].body(); !text.empty()) return text;
  if (const auto text = action["queries"].raw(); !text.empty()) return text;
  return payload["query"].body();
}

/// The uuid at the end of "rollout-2026-01-02T03-04-05-<uuid>.jsonl.zst", else the name without its endings.
std::string name_of_file(const std::filesystem::path& path) {
  std::filesystem::path name = path.filename();
  if (name.extension() == ".zst") name.replace_extension();
  name.replace_extension();
  std::string stem = to_valid_utf8(name.native());
  constexpr std::size_t kUuid = 36;
  if (stem.size() > kUuid && is_uuid(std::string_view(stem).substr(stem.size() - kUuid)))
    return stem.substr(stem.size() - kUuid);
  return stem;
}

}  // namespace

struct CodexScan::Words {
  struct Text {
    BlockKind kind;
    std::string text;
    std::uint16_t part = 0;
    bool is_doubtful = false;
  };
  std::vector<Text> texts;
  std::string together;  // as the other log may have them
};

const std::vector<CodexFinding>& CodexScan::add(const CodexRecord& record, std::string_view raw) {
  found_.clear();
  // The same record once more, to the millisecond: a tool has doubled the line.
  if (!record.timestamp.empty() && !repeats_.add_record(hash_(raw))) return found_;
  if (const auto time_ms = record.time_ms()) {
    first_ms_ = std::min(first_ms_, *time_ms);
    last_ms_ = std::max(last_ms_, *time_ms);
  }
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::other: break;
    case CodexType::meta: add_meta(payload); break;
    case CodexType::turn_context: add_context(payload); break;
    case CodexType::token_count: add_tokens(payload); break;
    case CodexType::thread_name:
      if (auto title = title_line(unescape_json(payload["thread_name"].body())); !title.empty())
        facts_.title = std::move(title);
      break;
    case CodexType::message:
    case CodexType::reasoning:
    case CodexType::user_message:
    case CodexType::agent_message:
    case CodexType::agent_reasoning:
    case CodexType::stream_text:
    case CodexType::completed_item: add_words(record); break;
    case CodexType::stream_start:
      ++run_;
      if (facts_.id.empty()) facts_.id = unescape_json(short_name(payload["thread_id"].body()));
      break;
    case CodexType::stream_item: add_stream_item(record); break;
    case CodexType::task_complete:
      if (!has_answer_) add_words(record);
      add_error(record, payload["error"]);
      break;
    case CodexType::mail: add_mail(record); break;
    case CodexType::call: add_call(record); break;
    case CodexType::output:
      find_result(record, record.payload["call_id"].body().empty() ? 0 : hash_(record.payload["call_id"].body()), 2);
      break;
    case CodexType::command_end:
    case CodexType::mcp_end:
    case CodexType::dynamic_tool_end:
    case CodexType::picture_end: add_end(record, 1); break;
    case CodexType::patch_end: add_end(record, 3); break;
    case CodexType::picture: add_call(record); break;
    case CodexType::web_search:
    case CodexType::web_search_end: add_search(record); break;
    case CodexType::compacted:
    case CodexType::context_compacted: add_compaction(record); break;
    case CodexType::error: add_error(record, payload); break;
    case CodexType::review_exited: add_review(record); break;
    case CodexType::turn_aborted:
    case CodexType::review_entered:
    case CodexType::undone: find_block(BlockKind::notice); break;
    case CodexType::rolled_back:
      find_block(BlockKind::notice);
      add_rewind(payload["num_turns"].as_count().value_or(0));
      break;
  }
  return found_;
}

void CodexScan::add_meta(const JsonValue& meta) {
  // Of several, the first is this session's own: a fork copies its parent's behind it.
  if (!std::exchange(has_meta_, true)) {
    facts_.id = unescape_json(short_name(meta["id"].body()));
    facts_.is_child = meta["source"]["subagent"].is_object() || meta["source"]["subagent"].is_string() ||
                      meta["thread_source"].body() == "subagent";
  }
  if (facts_.cwd.empty()) facts_.cwd = unescape_json(short_path(meta["cwd"].body()));
  if (const auto branch = short_name(meta["git"]["branch"].body()); !branch.empty())
    facts_.git_branch = unescape_json(branch);
}

void CodexScan::add_context(const JsonValue& context) {
  constexpr std::size_t kMostModels = 100;
  if (facts_.cwd.empty()) facts_.cwd = unescape_json(short_path(context["cwd"].body()));
  std::string model = unescape_json(short_name(context["model"].body()));
  if (model.empty()) return;
  const auto known = std::ranges::find(facts_.models, model) - facts_.models.begin();
  model_ = OutlineBlock::kNoModel;
  if (static_cast<std::size_t>(known) == kMostModels) return;
  model_ = static_cast<std::uint8_t>(known);
  if (static_cast<std::size_t>(known) == facts_.models.size()) facts_.models.push_back(std::move(model));
}

void CodexScan::add_tokens(const JsonValue& payload) {
  JsonValue total = payload["info"]["total_token_usage"];
  if (!total.is_object()) total = payload["usage"];  // of a stream
  if (!total.is_object()) return;
  const auto count = [&](std::string_view name) { return total[name].as_count().value_or(0); };
  const Tokens now{.input = count("input_tokens"),
                   .cached = count("cached_input_tokens"),
                   .cache_write = count("cache_write_input_tokens"),
                   .output = count("output_tokens")};
  // The counts of a session that is gone on with may begin at 0 again.
  const bool is_new_count = now.input < total_.input || now.output < total_.output;
  const Tokens before = is_new_count ? Tokens{} : total_;
  const auto grown = [](std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; };
  const Tokens more{.input = grown(before.input, now.input),
                    .cached = grown(before.cached, now.cached),
                    .cache_write = grown(before.cache_write, now.cache_write),
                    .output = grown(before.output, now.output)};
  total_ = now;
  const Usage usage = usage_of(more);
  if (usage == Usage{}) return;
  sum_.input += more.input;
  sum_.cached += more.cached;
  sum_.cache_write += more.cache_write;
  sum_.output += more.output;
  CodexFinding& found = find_block(BlockKind::notice);
  found.what = CodexFinding::What::usage;
  found.usage = usage;
}

Usage CodexScan::usage_of(const Tokens& tokens) {
  const std::uint64_t not_new = tokens.cached + tokens.cache_write;
  return {.input_tokens = tokens.input > not_new ? tokens.input - not_new : 0,
          .output_tokens = tokens.output,
          .cache_read_tokens = tokens.cached,
          .cache_write_tokens = tokens.cache_write};
}

void CodexScan::add_words(const CodexRecord& record) {
  if (record.voice == CodexVoice::none) return;
  // The answer of the model has the plan in it.
  if (record.type == CodexType::completed_item && record.payload["item"]["type"].body() == "Plan" && has_said_) return;
  if (record.log == CodexLog::item && record.voice == CodexVoice::agent) has_said_ = true;
  const bool is_user = record.voice == CodexVoice::user;
  if (record.type == CodexType::user_message) {
    const auto kind = record.payload["kind"].body();
    if (kind == "environment_context" || kind == "user_instructions") return;
  }
  Words words;
  for_each_codex_part(record, [&](const CodexPart& part, std::uint16_t index) {
    if (part.type == CodexPart::Type::image) return;
    std::string text = unescape_json(part.body);
    CodexText shown;
    if (is_user) {
      shown = classify_codex_text(text, record.log != CodexLog::item);
    } else if (const auto said = trim(text); !said.empty()) {
      shown = {record.voice == CodexVoice::agent ? BlockKind::assistant : BlockKind::thinking, std::string(said)};
    }
    if (!shown.kind) return;
    words.texts.push_back({*shown.kind, std::move(shown.text), index, shown.is_doubtful});
    words.together += text;
  });
  add_text(record, words);
  for_each_codex_part(record, [&](const CodexPart& part, std::uint16_t index) {
    if (part.type == CodexPart::Type::image) add_image(record, part.body, index);
  });
}

void CodexScan::add_text(const CodexRecord& record, Words& words) {
  const std::uint64_t salt = salt_of(record.voice);
  const bool many = words.texts.size() > 1;
  std::uint64_t together = 0;
  if (many) {
    together = salt ^ hash_(record.voice == CodexVoice::user ? classify_codex_text(words.together, true).text
                                                             : std::string(trim(words.together)));
    if (repeats_.match(together, record.log) != nullptr) return;
  }
  for (auto& [kind, text, part, is_doubtful] : words.texts) {
    const std::uint64_t key = salt ^ hash_(text);
    CodexRepeats::Said* said = repeats_.match(key, record.log);
    if (said != nullptr && !(said->is_doubtful && kind == BlockKind::user)) continue;
    CodexFinding& found = find_block(kind, part);
    found.key = key;
    found.is_doubtful = is_doubtful;
    if (said != nullptr) {
      found.what = CodexFinding::What::confirm;
      said->is_doubtful = false;
    } else {
      repeats_.add(key, record.log, is_doubtful);
    }
    if (found.kind == BlockKind::user) note_prompt(text);
    if (found.kind == BlockKind::assistant) has_answer_ = true;
    found.text = std::move(text);
  }
  if (many) repeats_.add(together, record.log);
}

void CodexScan::add_image(const CodexRecord& record, std::string_view url, std::uint16_t part) {
  const std::uint64_t key = kImage ^ hash_(url);
  if (repeats_.match(key, record.log) != nullptr) return;
  repeats_.add(key, record.log);
  const auto image = codex_image(url);
  find_block(image && decoded_image_size(image->data) <= kLargestImage ? BlockKind::image : BlockKind::notice, part);
}

void CodexScan::add_mail(const CodexRecord& record) {
  if (!codex_notice(record).empty()) find_block(BlockKind::notice);
}

void CodexScan::add_call(const CodexRecord& record) {
  has_calls_ = true;
  const auto id = record.call_id();
  const std::uint64_t key = id.empty() ? 0 : hash_(id);
  if (key != 0 && !repeats_.add_call(key)) return;
  find_tool(record, key, record.type == CodexType::picture);
  if (found_.back().tool == ToolKind::edit && found_.back().text == "exec") script_patch_ = key;
}

/// The end of a call, for whoever looks on: says more than the call's result, or is all there is of it.
void CodexScan::add_end(const CodexRecord& record, std::uint8_t rank) {
  const auto id = record.call_id();
  const std::uint64_t key = id.empty() ? 0 : hash_(id);
  if (key != 0 && repeats_.has_call(key)) return find_result(record, key, rank);
  if (has_calls_ && id.starts_with("exec-")) {
    // What a script of the model called is in the script's own result, but for changed files.
    if (record.type != CodexType::patch_end) return;
    if (script_patch_ != 0) return find_result(record, std::exchange(script_patch_, 0), rank);
  }
  // What the user ran is a prompt of its own.
  if (record.payload["source"].body() == "user_shell") return;
  if (key != 0) repeats_.add_call(key);
  find_tool(record, key, true);
}

void CodexScan::add_search(const CodexRecord& record) {
  const std::uint64_t key = kSearch ^ hash_(searched_for(record.payload));
  if (repeats_.match(key, record.log) == nullptr) {
    repeats_.add(key, record.log);
    find_tool(record, key, true);
  } else if (record.type == CodexType::web_search_end) {
    find_result(record, key, 1);
  }
}

/// Started, and then completed; what is quick is only completed.
void CodexScan::add_stream_item(const CodexRecord& record) {
  const auto id = record.payload["id"].body();
  const std::uint64_t key = id.empty() ? 0 : hash_(id) ^ run_ * kOdd;
  const bool is_known = key != 0 && repeats_.has_call(key);
  if (!record.is_end) {
    if (!is_known) find_tool(record, key, false);
  } else if (is_known) {
    return find_result(record, key, 1);
  } else {
    find_tool(record, key, true);
  }
  if (key != 0) repeats_.add_call(key);
}

void CodexScan::add_compaction(const CodexRecord& record) {
  if (repeats_.match(kCompaction, record.log) == nullptr) {
    repeats_.add(kCompaction, record.log);
    find_block(BlockKind::compaction).key = kCompaction;
  } else if (record.type == CodexType::compacted) {
    find_result(record, kCompaction, 1);
  }
}

void CodexScan::add_error(const CodexRecord& record, const JsonValue& error) {
  if (!error.is_object() && !error.is_string()) return;
  const std::uint64_t key = kError ^ hash_(codex_notice(record));
  if (repeats_.match(key, record.log) != nullptr) return;
  repeats_.add(key, record.log);
  // Behind the answer that the record may repeat.
  find_block(BlockKind::notice, record.type == CodexType::task_complete ? 1 : 0).is_error = true;
}

/// The answer that follows says the same in the same words.
void CodexScan::add_review(const CodexRecord& record) {
  Words words;
  if (auto text = codex_notice(record); !text.empty())
    words.texts.push_back({.kind = BlockKind::assistant, .text = std::move(text)});
  CodexRecord said = record;
  said.voice = CodexVoice::agent;
  add_text(said, words);
}

void CodexScan::add_rewind(std::uint64_t turns) {
  CodexFinding& found = find_block(BlockKind::notice);
  found.what = CodexFinding::What::rewind;
  found.turns = turns;
}

CodexFinding& CodexScan::find_block(BlockKind kind, std::uint16_t part) {
  CodexFinding& found = found_.emplace_back();
  found.kind = kind;
  found.part = part;
  if (kind == BlockKind::assistant || kind == BlockKind::thinking || kind == BlockKind::tool) found.model = model_;
  return found;
}

void CodexScan::find_tool(const CodexRecord& record, std::uint64_t key, bool has_result) {
  CodexFinding& found = find_block(BlockKind::tool);
  found.key = key;
  found.has_result = has_result;
  found.is_error = has_result && codex_tool_failed(record);
  found.text = unescape_json(codex_tool_name(record));
  found.tool = codex_tool_kind(record);
}

void CodexScan::find_result(const CodexRecord& record, std::uint64_t key, std::uint8_t rank) {
  CodexFinding& found = find_block(BlockKind::notice);
  found.what = CodexFinding::What::result;
  found.key = key;
  found.rank = rank;
  found.is_error = codex_tool_failed(record);
}

void CodexScan::note_prompt(std::string_view text) {
  has_answer_ = false;
  if (first_prompt_.empty()) first_prompt_ = preview_line(text);
}

SessionFacts CodexScan::facts(const std::filesystem::path& path, std::optional<WallTime> names_until) const {
  SessionFacts facts = facts_;
  const std::string name = name_of_file(path);
  if (facts.id.empty()) facts.id = name;
  if (std::string given = codex_name_of(path, facts.id, names_until); !given.empty()) facts.title = std::move(given);
  if (facts.title.empty()) facts.title = title_line(first_prompt_);
  if (facts.title.empty()) facts.title = name;
  facts.usage = usage_of(sum_);
  if (first_ms_ <= last_ms_) {
    facts.started_at = WallTime(std::chrono::milliseconds(first_ms_));
    facts.ended_at = WallTime(std::chrono::milliseconds(last_ms_));
  }
  return facts;
}

}  // namespace panko
