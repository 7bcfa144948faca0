// Where two outlines differ: for readers that must come to the same in different ways.
#pragma once

#include <string>

#include "session/outline.hpp"

namespace panko::test {

/// Empty: nowhere. Else the place of the first difference.
inline std::string difference(const Outline& left, const Outline& right);

inline bool is_same_block(const OutlineBlock& left, const OutlineBlock& right) {
  return left.record == right.record && left.result == right.result && left.time_ms == right.time_ms &&
         left.anchor_key == right.anchor_key && left.subagent == right.subagent && left.usage == right.usage &&
         left.ordinal == right.ordinal && left.part == right.part && left.result_part == right.result_part &&
         left.kind == right.kind && left.tool == right.tool && left.model == right.model &&
         left.is_error == right.is_error;
}

inline std::string difference(const std::vector<OutlineBlock>& left, const std::vector<OutlineBlock>& right) {
  if (left.size() != right.size())
    return "count " + std::to_string(left.size()) + " and " + std::to_string(right.size());
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!is_same_block(left[i], right[i])) return "block " + std::to_string(i);
  return {};
}

inline std::string difference(const SessionFacts& left, const SessionFacts& right) {
  if (left.id != right.id) return "id";
  if (left.title != right.title) return "title: " + left.title + " and " + right.title;
  if (left.cwd != right.cwd) return "cwd";
  if (left.git_branch != right.git_branch) return "git_branch";
  if (left.started_at != right.started_at || left.ended_at != right.ended_at) return "times";
  if (left.models != right.models) return "models";
  if (left.usage != right.usage) return "usage";
  if (left.unreadable_lines != right.unreadable_lines)
    return "unreadable_lines " + std::to_string(left.unreadable_lines) + " and " +
           std::to_string(right.unreadable_lines);
  if (left.is_child != right.is_child) return "is_child";
  return {};
}

inline std::string difference(const Subagent& left, const Subagent& right) {
  if (left.type != right.type || left.description != right.description) return "type or description";
  if (left.source.has_value() != right.source.has_value()) return "source";
  if (left.source &&
      (left.source->identity() != right.source->identity() || left.source->size() != right.source->size()))
    return "source's file";
  return difference(left.outline, right.outline);
}

inline std::string difference(const Outline& left, const Outline& right) {
  if (const auto in = difference(left.facts, right.facts); !in.empty()) return "facts: " + in;
  if (const auto in = difference(left.blocks, right.blocks); !in.empty()) return "blocks: " + in;
  if (left.usages != right.usages) return "usages";
  if (left.branches.size() != right.branches.size()) return "branches";
  for (std::size_t i = 0; i < left.branches.size(); ++i) {
    if (left.branches[i].after != right.branches[i].after) return "branch " + std::to_string(i) + ": after";
    if (const auto in = difference(left.branches[i].blocks, right.branches[i].blocks); !in.empty())
      return "branch " + std::to_string(i) + ": " + in;
  }
  if (left.subagents.size() != right.subagents.size()) return "subagents";
  for (std::size_t i = 0; i < left.subagents.size(); ++i)
    if (const auto in = difference(left.subagents[i], right.subagents[i]); !in.empty())
      return "subagent " + std::to_string(i) + ": " + in;
  return {};
}

}  // namespace panko::test
