// Claude Code: sessions in ~/.claude/projects/<munged cwd>/<uuid>.jsonl.
#pragma once

#include "agents/agent.hpp"

namespace panko {

extern const Agent kClaude;

/// Its parts, one file each. See Agent.
[[nodiscard]] bool recognises_claude(std::string_view head);
[[nodiscard]] Summary summarise_claude(const Source& source, const std::filesystem::path& path);
[[nodiscard]] Result<Digest> digest_claude(const Source& source, const std::filesystem::path& path,
                                           DigestProgress& progress);
[[nodiscard]] Result<Outline> read_claude(const Source& source, const std::filesystem::path& path,
                                          const ReadLimits& limits);
[[nodiscard]] std::unique_ptr<SessionReader> follow_claude(const std::filesystem::path& path);
[[nodiscard]] Result<Block> load_claude(const Source& source, const OutlineBlock& block,
                                        const std::filesystem::path& path);
[[nodiscard]] Result<ImageBytes> load_claude_image(const Source& source, const OutlineBlock& block, std::size_t index);

}  // namespace panko
