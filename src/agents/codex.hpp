// Codex CLI: rollouts in ~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<uuid>.jsonl, after a week .jsonl.zst; in
// spring 2025, sessions/rollout-<day>-<uuid>.json; and what `codex exec --json` prints, wherever somebody kept it.
#pragma once

#include "agents/agent.hpp"

namespace panko {

extern const Agent kCodex;

/// Its parts, one file each. See Agent.
[[nodiscard]] bool recognises_codex(std::string_view head);
[[nodiscard]] Summary summarise_codex(const Source& source, const std::filesystem::path& path);
[[nodiscard]] Result<Digest> digest_codex(const Source& source, const std::filesystem::path& path,
                                          DigestProgress& progress);
[[nodiscard]] Result<Outline> read_codex(const Source& source, const std::filesystem::path& path,
                                         const ReadLimits& limits);
[[nodiscard]] std::unique_ptr<SessionReader> follow_codex(const std::filesystem::path& path);
[[nodiscard]] Result<Block> load_codex(const Source& source, const OutlineBlock& block,
                                       const std::filesystem::path& path);
[[nodiscard]] Result<ImageBytes> load_codex_image(const Source& source, const OutlineBlock& block, std::size_t index);

}  // namespace panko
