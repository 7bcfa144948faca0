#include "edition/export.hpp"

#include <utility>

#include "agents/transcript.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "edition/export_page.hpp"
#include "edition/session_pages.hpp"
#include "render/json.hpp"
#include "render/text.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

/// The outline that some blocks belong to, and where their bytes are.
struct Place {
  const Outline& outline;
  const Source& source;
};

Place inside(const Place& place, const OutlineBlock& block) {
  const Subagent& subagent = place.outline.subagents.at(block.subagent);
  return {subagent.outline, subagent.source ? *subagent.source : place.source};
}

bool has_subagent(const Place& place, const OutlineBlock& block) {
  return block.subagent < place.outline.subagents.size();
}

class Export {
 public:
  Export(const Transcript& transcript, const std::function<bool(std::string_view)>& write)
      : transcript_(transcript), write_(write) {}

  Result<void> json() {
    const Outline& outline = transcript_.outline();
    const Place place{outline, transcript_.source()};
    json_.begin_object();
    json_.key("id").value(outline.facts.id).key("agent").value(transcript_.agent().id);
    json_.key("path").value(transcript_.shown_path());
    write_fact_members(json_, outline.facts);
    json_.key("blocks").begin_array();
    if (auto done = blocks_json(place, outline.blocks); !done) return done;
    json_.end_array().key("branches").begin_array();
    for (const Branch& branch : outline.branches) {
      json_.begin_object().key("after").value(std::uint64_t{branch.after}).key("blocks").begin_array();
      if (auto done = blocks_json(place, branch.blocks); !done) return done;
      json_.end_array().end_object();
    }
    json_.end_array().end_object();
    out_ += '\n';
    flush(0);
    return {};
  }

  Result<void> text(TextFormat format) {
    const Outline& outline = transcript_.outline();
    const Place place{outline, transcript_.source()};
    out_ = render_text_head(outline.facts, transcript_.agent().name, format);
    if (auto done = blocks_text(place, outline.blocks, format, 0); !done) return done;
    for (std::size_t i = 0; i < outline.branches.size(); ++i) {
      out_ += render_branch_head(i + 1, format);
      if (auto done = blocks_text(place, outline.branches[i].blocks, format, 0); !done) return done;
    }
    flush(0);
    return {};
  }

 private:
  // Sub-agents are nested at most eight deep by the reader, so these two call themselves as often.
  Result<void> blocks_json(const Place& place, const std::vector<OutlineBlock>& blocks) {
    for (const OutlineBlock& entry : blocks) {
      const auto block = transcript_.load(place.source, entry);
      if (!block) return std::unexpected(block.error());
      json_.begin_object();
      write_block_members(json_, *block);
      const bool is_subagent = has_subagent(place, entry);
      if (is_subagent || (block->tool && !block->images.empty())) {
        json_.key("blocks").begin_array();
        write_result_images(json_, *block);
        if (is_subagent) {
          const Place inner = inside(place, entry);
          if (auto done = blocks_json(inner, inner.outline.blocks); !done) return done;
        }
        json_.end_array();
      }
      json_.end_object();
      if (!flush(kPiece)) return {};
    }
    return {};
  }

  Result<void> blocks_text(const Place& place, const std::vector<OutlineBlock>& blocks, TextFormat format,
                           std::size_t depth) {
    for (const OutlineBlock& entry : blocks) {
      const auto block = transcript_.load(place.source, entry);
      if (!block) return std::unexpected(block.error());
      out_ += render_text(*block, format, depth);
      if (has_subagent(place, entry)) {
        const Place inner = inside(place, entry);
        if (auto done = blocks_text(inner, inner.outline.blocks, format, depth + 1); !done) return done;
      }
      if (!flush(kPiece)) return {};
    }
    return {};
  }

  /// Hands over what is there once it is more than `held`; false when nobody wants any more.
  bool flush(std::size_t held) {
    if (wanted_ && out_.size() > held) {
      wanted_ = write_(out_);
      out_.clear();
    }
    return wanted_;
  }

  const Transcript& transcript_;
  const std::function<bool(std::string_view)>& write_;
  std::string out_;
  JsonWriter json_{out_};
  bool wanted_ = true;
};

Result<void> write_records(const Source& source, const std::function<bool(std::string_view)>& write) {
  std::string piece(kPiece, '\0');
  for (std::uint64_t at = 0; at < source.size();) {
    const auto got = source.read_at(at, piece);
    if (!got) return std::unexpected(got.error());
    if (*got == 0 || !write(std::string_view(piece).substr(0, *got))) return {};
    at += *got;
  }
  return {};
}

}  // namespace

Result<void> export_session(const fs::path& path, ExportFormat format, const Audience& audience,
                            const std::function<bool(std::string_view)>& write) {
  const auto edition = Edition::open(path, std::nullopt, audience);
  if (!edition) return std::unexpected(edition.error());
  return export_edition(**edition, format, write);
}

Result<void> export_session(const fs::path& path, ExportFormat format,
                            const std::function<bool(std::string_view)>& write) {
  return export_session(path, format, {}, write);
}

Result<void> export_edition(const Edition& edition, ExportFormat format,
                            const std::function<bool(std::string_view)>& write) {
  const Transcript& transcript = edition.pages().transcript();
  switch (format) {
    case ExportFormat::json: return Export(transcript, write).json();
    case ExportFormat::text: return Export(transcript, write).text(TextFormat::plain);
    case ExportFormat::markdown: return Export(transcript, write).text(TextFormat::markdown);
    case ExportFormat::html: return export_page(transcript, edition.left_out(), write);
    case ExportFormat::records:
      if (edition.hiding().any())
        return fail("Records hold all of a session: with something hidden, export it as html, md, text or json.");
      return write_records(transcript.source(), write);
  }
  return {};
}

}  // namespace panko
