#include "edition/suspects.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agents/tool_strings.hpp"

namespace panko {

namespace {

// What is shorter or longer is the id of no call, or of another thing too.
constexpr std::size_t kShortestId = 8;
constexpr std::size_t kLongestId = 128;
constexpr int kDeepestId = 5;

bool is_id(std::string_view text) {
  return text.size() >= kShortestId && text.size() <= kLongestId && !text.contains(' ');
}

OriginPtr if_suspect(OriginTexts texts) {
  if (!is_suspect(texts.origin())) return nullptr;
  return std::make_shared<const OriginTexts>(std::move(texts));
}

OriginPtr origin_of_call(const ToolUse& tool) {
  const std::string kind(name_of(kind_of(tool.action)));
  if (const auto* shell = std::get_if<ShellCall>(&tool.action))
    return if_suspect({.tool = kind, .command = shell->command, .path = {}});
  if (const auto* read = std::get_if<ReadCall>(&tool.action))
    return if_suspect({.tool = kind, .command = {}, .path = read->path});
  if (const auto* search = std::get_if<SearchCall>(&tool.action))
    return if_suspect({.tool = kind, .command = {}, .path = search->where});
  if (const auto* edit = std::get_if<EditCall>(&tool.action)) {
    for (const FileChange& file : edit->files)
      if (auto origin = if_suspect({.tool = kind, .command = {}, .path = file.path})) return origin;
    return nullptr;
  }
  // Nobody knows what it does: any of its strings may be a command or the name of a file.
  for (const std::string& text : strings_of_input(tool.input))
    if (auto origin = if_suspect({.tool = kind, .command = text, .path = text})) return origin;
  return nullptr;
}

}  // namespace

Result<void> Suspects::update(const Transcript& original, OpenedFiles& opened, const Deadline& deadline) {
  const Looking at{original, opened, deadline};
  const Outline& outline = original.outline();
  if (auto done = look(at, outline, original.source(), outline.blocks); !done) return done;
  for (const Branch& branch : outline.branches)
    if (auto done = look(at, outline, original.source(), branch.blocks); !done) return done;
  return {};
}

Result<void> Suspects::look(const Looking& at, const Outline& outline, const Source& source,
                            const std::vector<OutlineBlock>& blocks) {
  const FileKey file = key_of(source.identity());
  OriginPtr of_user;  // of the user's last command
  for (const OutlineBlock& block : blocks) {
    if (block.kind == BlockKind::command) {
      if (auto done = look_at_command(at, source, block, of_user); !done) return done;
      continue;
    }
    if (block.subagent < outline.subagents.size()) {
      const Subagent& subagent = outline.subagents[block.subagent];
      const Source& inner = subagent.source ? *subagent.source : source;
      if (auto done = look(at, subagent.outline, inner, subagent.outline.blocks); !done) return done;
    }
    if (block.kind != BlockKind::tool && block.kind != BlockKind::subagent) continue;
    const auto [known, is_new] = seen_.try_emplace(Call{file, block.record.offset, block.part});
    if (!is_new && known->second.result == block.result) continue;
    known->second.result = block.result;
    if (is_new) {
      if (auto in_time = at.deadline.check(); !in_time) return in_time;
      auto origin = origin_of(at.original, source, block);
      if (!origin) return std::unexpected(std::move(origin.error()));
      known->second.origin = std::move(*origin);
    }
    if (const OriginPtr& origin = known->second.origin) {
      Records& records = records_[file];
      records.try_emplace(block.record.offset, origin);
      if (block.result.empty()) continue;
      records.try_emplace(block.result.offset, origin);
      at.opened.begin(origin);
      (void)at.original.load(source, block);  // the result may lie in a file of its own
      at.opened.begin(nullptr);
    }
  }
  return {};
}

/// A command of the user and what it printed may be two blocks: "! env", and then the lines alone.
Result<void> Suspects::look_at_command(const Looking& at, const Source& source, const OutlineBlock& block,
                                       OriginPtr& of_user) {
  const FileKey file = key_of(source.identity());
  const auto [known, is_new] = seen_.try_emplace(Call{file, block.record.offset, block.part});
  if (is_new) {
    if (auto in_time = at.deadline.check(); !in_time) return in_time;
    const auto bytes = source.read(block.record);
    if (!bytes) return std::unexpected(bytes.error());
    if (of_user || may_be_suspect(*bytes)) {
      const auto loaded = at.original.load(source, block);
      const std::string text = loaded ? loaded->text : std::string();
      if (text.starts_with('!')) {
        known->second.origin = if_suspect({.tool = "shell", .command = text.substr(1, text.find('\n')), .path = {}});
      } else if (!text.starts_with('/') && !text.starts_with('#')) {
        known->second.origin = of_user;
      }
    }
    if (known->second.origin) records_[file].try_emplace(block.record.offset, known->second.origin);
  }
  of_user = known->second.origin;
  return {};
}

Result<OriginPtr> Suspects::origin_of(const Transcript& original, const Source& source, const OutlineBlock& block) {
  const auto bytes = source.read(block.record);
  if (!bytes) return std::unexpected(bytes.error());
  if (!may_be_suspect(*bytes)) return nullptr;
  // What it was is the call's to say: its result is not needed, and may be large.
  OutlineBlock call = block;
  call.result = call.result == call.record ? call.result : ByteRange();
  const auto loaded = original.load(source, call);
  if (!loaded) return nullptr;
  const auto& tool = loaded->tool;
  if (!tool) return nullptr;
  OriginPtr origin = origin_of_call(*tool);
  if (origin && is_id(tool->id)) ids_.try_emplace(tool->id, origin);
  return origin;
}

OriginPtr Suspects::of(const FileKey& file, ByteRange record, const JsonValue& object) const {
  if (const auto records = records_.find(file); records != records_.end()) {
    const auto found = records->second.lower_bound(record.offset);
    if (found != records->second.end() && found->first < record.end()) return found->second;
  }
  return ids_.empty() ? nullptr : named_in(object, 0);
}

OriginPtr Suspects::named_in(const JsonValue& value, int depth) const {
  if (value.is_string()) {
    if (!is_id(value.body())) return nullptr;
    const auto found = ids_.find(value.body());
    return found == ids_.end() ? nullptr : found->second;
  }
  OriginPtr origin;
  if (depth == kDeepestId) return origin;
  const auto look_into = [&](const JsonValue& inner) {
    if (!origin) origin = named_in(inner, depth + 1);
  };
  value.for_each_member([&](std::string_view, const JsonValue& member) { look_into(member); });
  value.for_each_element(look_into);
  return origin;
}

}  // namespace panko
