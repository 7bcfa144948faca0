#include "agents/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>
#include <variant>

#include "base/json_index.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kWindow = 256 << 10;

Result<std::string> read_up_to(const Source& source, std::uint64_t offset, std::uint64_t length) {
  std::string bytes(static_cast<std::size_t>(length), '\0');
  const auto got = source.read_at(offset, bytes);
  if (!got) return std::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

bool is_complete_object(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.pop_back();
  const std::size_t size = text.size();
  text.append(LineReader::kPadding, '\0');
  JsonIndex index;
  return index.load(std::string_view(text).substr(0, size)) == JsonStatus::complete;
}

/// Behind the last complete line: what an agent is still writing is not in.
Result<std::uint64_t> complete_end(const Source& source) {
  const auto start = end_of_lines(source);
  if (!start || *start == source.size()) return start;
  const std::uint64_t length = source.size() - *start;
  if (length > LineReader::kLongestLine) return start;
  auto line = read_up_to(source, *start, length);
  if (!line) return std::unexpected(line.error());
  return is_complete_object(std::move(*line)) ? source.size() : *start;
}

constexpr std::string_view kHidden = "[output hidden by the owner]";

/// Of a command of the user, what it printed: "! ls" and "/context" stay, and what follows does not.
void leave_out_output(std::string& text) {
  const bool has_command = text.starts_with('!') || text.starts_with('/') || text.starts_with('#');
  const auto end = has_command ? text.find('\n') : 0;
  if (end == std::string::npos || text.empty()) return;
  text.resize(end);
  if (has_command) text += '\n';
  text += kHidden;
}

/// What the call itself says stays, so do the lines of an edit.
void leave_out_result(Block& block, const OutlineBlock& outline) {
  if (outline.is_result) block.text = kHidden;
  if (block.kind == BlockKind::command) leave_out_output(block.text);
  if (!block.tool) return;
  ToolUse& tool = *block.tool;
  block.images.clear();
  tool.has_result = !outline.result.empty();
  tool.is_error = tool.has_result && outline.is_error;
  tool.result = tool.has_result ? kHidden : std::string_view();
  if (auto* read = std::get_if<ReadCall>(&tool.action)) {
    read->text.clear();
    read->first_line = 0;
  }
  if (auto* web = std::get_if<WebCall>(&tool.action)) {
    web->links.clear();
    web->links_are_all = false;
  }
}

}  // namespace

Result<const Agent*> find_agent(const Source& source, const fs::path& path) {
  const auto head = read_up_to(source, 0, std::min(source.size(), kWindow));
  if (!head) return std::unexpected(head.error());
  for (const Agent* agent : all_agents())
    if (agent->recognises(*head)) {
      if (agent->read == nullptr) return fail(unread_sentence(*agent));
      return agent;
    }
  return fail(fmt::format("{} is no session of an agent that panko knows.", path.native()));
}

Result<std::string> hash_before(const Source& source, std::uint64_t end) {
  const std::uint64_t length = std::min(end, Snapshot::kTail);
  const auto bytes = read_up_to(source, end - length, length);
  if (!bytes) return std::unexpected(bytes.error());
  return to_hex(sha256(*bytes));
}

std::unexpected<Error> another_session(const fs::path& path) {
  return fail(fmt::format("{} now holds another session than the one that was shared.", path.native()));
}

Result<Peek> peek_session(const fs::path& path) {
  const auto source = Source::open(path);
  if (!source) return std::unexpected(source.error());
  const auto agent = find_agent(*source, path);
  if (!agent) return std::unexpected(agent.error());
  return Peek{.agent = *agent, .summary = (*agent)->summarise(*source, path), .identity = source->identity()};
}

Result<Snapshot> take_snapshot(const fs::path& path) {
  const auto source = Source::open(path);
  if (!source) return std::unexpected(source.error());
  const auto agent = find_agent(*source, path);
  if (!agent) return std::unexpected(agent.error());
  const auto end = complete_end(*source);
  if (!end) return std::unexpected(end.error());
  auto hash = hash_before(*source, *end);
  if (!hash) return std::unexpected(hash.error());
  return Snapshot{.session_id = (*agent)->summarise(*source, path).id,
                  .end = *end,
                  .tail_hash = std::move(*hash),
                  .taken_at = wall_now()};
}

Result<SessionSource> open_session(const fs::path& path, const std::optional<Snapshot>& snapshot) {
  auto source = Source::open(path);
  if (!source) return std::unexpected(source.error());
  const auto agent = find_agent(*source, path);
  if (!agent) return std::unexpected(agent.error());

  ReadLimits limits;
  if (snapshot) {
    if ((*agent)->summarise(*source, path).id != snapshot->session_id) return another_session(path);
    limits.side_records_until = snapshot->taken_at;
    const auto hash = source->size() >= snapshot->end ? hash_before(*source, snapshot->end) : std::string();
    if (!hash) return std::unexpected(hash.error());
    if (*hash == snapshot->tail_hash) {
      source->cut_at(snapshot->end);
    } else {
      limits.records_until = snapshot->taken_at;
    }
  }
  return SessionSource{.agent = *agent, .source = std::move(*source), .limits = limits};
}

Transcript::Transcript(const Agent& agent, fs::path path, Source source, Outline outline)
    : agent_(&agent), path_(std::move(path)), source_(std::move(source)), outline_(std::move(outline)) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path_, error);
  shown_path_ = (error ? path_ : absolute.lexically_normal()).native();
}

Result<Transcript> Transcript::open(const fs::path& path, const std::optional<Snapshot>& snapshot) {
  auto session = open_session(path, snapshot);
  if (!session) return std::unexpected(session.error());
  return read(std::move(*session), path);
}

Result<Transcript> Transcript::read(SessionSource session, const fs::path& path) {
  auto outline = session.agent->read(session.source, path, session.limits);
  if (!outline) return std::unexpected(outline.error());
  return Transcript(*session.agent, path, std::move(session.source), std::move(*outline));
}

Transcript Transcript::changed(const std::function<void(Outline&)>& change) && {
  change(outline_);
  return std::move(*this);
}

Transcript Transcript::without_results() && {
  has_results_ = false;
  return std::move(*this);
}

Transcript Transcript::called(std::string shown_path) && {
  shown_path_ = std::move(shown_path);
  return std::move(*this);
}

Result<Block> Transcript::load(const Source& source, const OutlineBlock& block) const {
  if (has_results_) return agent_->load(source, block, path_);
  OutlineBlock call = block;
  call.result = block.kind == BlockKind::compaction ? block.result : ByteRange();
  auto loaded = agent_->load(source, call, path_);
  if (loaded) leave_out_result(*loaded, block);
  return loaded;
}

Result<ImageBytes> Transcript::load_image(const Source& source, const OutlineBlock& block, std::size_t index) const {
  if (!has_results_ && block.kind != BlockKind::image) return fail("There is no such image in this message.");
  return agent_->load_image(source, block, index);
}

}  // namespace panko
