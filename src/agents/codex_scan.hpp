// Reads a rollout record by record and finds what each adds to the conversation, once: of the logs that a rollout
// consists of, whichever says a thing first. Outline and digest are made of what it finds.
// What it remembers is small and bounded, and can be kept. Not for use by several threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/codex_prompt.hpp"
#include "agents/codex_record.hpp"
#include "agents/codex_repeats.hpp"
#include "agents/json_lines.hpp"
#include "agents/text_hash.hpp"
#include "session/outline.hpp"

namespace panko {

struct CodexFinding {
  enum class What : std::uint8_t {
    block,
    result,   // of the call `key`, or, without a key, of the last call that has no id
    confirm,  // the doubtful block `key` is a prompt
    rewind,   // the last `turns` prompts and all behind them are taken back
    usage,    // what the response cost that ends here
  };
  What what = What::block;
  BlockKind kind = BlockKind::notice;
  std::uint16_t part = 0;
  bool is_error = false;
  bool has_result = false;   // a tool's record that holds its result, too
  bool is_doubtful = false;  // a notice that may turn out a prompt
  std::uint8_t rank = 0;     // of results of one call, the highest is shown
  ToolKind tool = ToolKind::other;
  std::uint8_t model = OutlineBlock::kNoModel;
  std::uint64_t key = 0;
  std::uint64_t turns = 0;
  Usage usage;
  std::string text;  // user, assistant: the words; tool: its name
};

class CodexScan {
 public:
  explicit CodexScan(TextHash hash = {}) : hash_(hash) {}

  /// `raw`: the record's text. Good until the next call.
  const std::vector<CodexFinding>& add(const CodexRecord& record, std::string_view raw);

  /// Without the count of unreadable lines. Of what the session was named beside its file, only until then.
  [[nodiscard]] SessionFacts facts(const std::filesystem::path& path, std::optional<WallTime> names_until = {}) const;
  /// White space squeezed, at most Digest::kTextBytes.
  [[nodiscard]] const std::string& first_prompt() const { return first_prompt_; }

  /// All that it holds, for DigestProgress::state.
  template <class Archive>
  void keep(Archive& archive) {
    archive(facts_.id, facts_.title, facts_.cwd, facts_.git_branch, facts_.models, facts_.is_child, first_ms_, last_ms_,
            has_meta_, has_calls_, has_said_, has_answer_, model_, script_patch_, run_, first_prompt_, total_, sum_,
            repeats_);
  }

 private:
  /// As Codex counts: what was cached is part of the input.
  struct Tokens {
    std::uint64_t input = 0;
    std::uint64_t cached = 0;
    std::uint64_t cache_write = 0;
    std::uint64_t output = 0;
    template <class Archive>
    void keep(Archive& archive) {
      archive(input, cached, cache_write, output);
    }
  };
  struct Words;

  [[nodiscard]] static Usage usage_of(const Tokens& tokens);

  void add_meta(const JsonValue& meta);
  void add_context(const JsonValue& context);
  void add_tokens(const JsonValue& payload);
  void add_words(const CodexRecord& record);
  void add_text(const CodexRecord& record, Words& words);
  void add_image(const CodexRecord& record, std::string_view url, std::uint16_t part);
  void add_mail(const CodexRecord& record);
  void add_call(const CodexRecord& record);
  void add_end(const CodexRecord& record, std::uint8_t rank);
  void add_search(const CodexRecord& record);
  void add_stream_item(const CodexRecord& record);
  void add_compaction(const CodexRecord& record);
  void add_error(const CodexRecord& record, const JsonValue& error);
  void add_review(const CodexRecord& record);
  void add_rewind(std::uint64_t turns);
  CodexFinding& find_block(BlockKind kind, std::uint16_t part = 0);
  void find_tool(const CodexRecord& record, std::uint64_t key, bool has_result);
  void find_result(const CodexRecord& record, std::uint64_t key, std::uint8_t rank);
  void note_prompt(std::string_view text);

  TextHash hash_;
  CodexRepeats repeats_;
  std::vector<CodexFinding> found_;
  SessionFacts facts_;  // id, title, cwd, branch, models
  std::int64_t first_ms_ = INT64_MAX;
  std::int64_t last_ms_ = INT64_MIN;
  bool has_meta_ = false;
  bool has_calls_ = false;   // items of the model, not events alone
  bool has_said_ = false;    // the same of its words
  bool has_answer_ = false;  // behind the last prompt
  std::uint8_t model_ = OutlineBlock::kNoModel;
  std::uint64_t run_ = 0;           // of streams, in which ids begin anew
  std::uint64_t script_patch_ = 0;  // the call of a script that applies a patch, until that is done
  std::string first_prompt_;
  Tokens total_;  // as counted last
  Tokens sum_;
};

}  // namespace panko
