// Masks what nobody but the owner should read in a session: decoded text in, Masked text and findings out. One for each
// session and audience, because a value that is found once is masked wherever it stands in that session, and always
// has the same number. The rules are data: redact/rules.hpp.
//
// Used in two passes: read() everything first, then mask() everything. What nobody can read and what may hide anything
// (signatures, encrypted texts, copies of whole files; images stay) is left out by mask().
// Linear in its input, whatever that is. Pure: no file, no clock. One thread at a time; mask() alone may be called by
// several threads while nobody reads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_index.hpp"
#include "base/result.hpp"
#include "redact/masked.hpp"
#include "redact/origin.hpp"
#include "redact/settings.hpp"

namespace panko {

/// One value that is masked: what all its findings have in common. Nothing here tells the value.
struct MaskedValue {
  std::string kind;          // as in its marker: "github-token", "email"
  std::uint32_t number = 0;  // among the values of that kind, from 1, in order of appearance
  std::string rule;          // the id of the rule that found it first
  std::string sample;        // enough to recognise it and never enough to use it: "ghp_… (40 characters)"
  std::string hash;          // value_hash() in hex, to say "this is fine" by
  bool is_personal = false;
  bool is_allowed = false;  // the owner said "this is fine": it is found, and not masked
  bool is_found = false;    // a name that was given need not stand in the session
};

/// "[redacted: github-token #3]"; the home directory has "~" in its place.
[[nodiscard]] std::string marker_of(const MaskedValue& value);

class SessionRedactor {
 public:
  explicit SessionRedactor(RedactionSettings settings);
  ~SessionRedactor();
  SessionRedactor(SessionRedactor&&) noexcept;
  SessionRedactor& operator=(SessionRedactor&&) noexcept;

  /// Pieces are numbered as they are read, from 0.
  using Piece = std::uint32_t;

  /// A JSON object: every string value in it, decoded (JSON in JSON too). Names, ids and times of the record itself
  /// stay as they are, so that an agent's reader understands the masked record as it does the original.
  Result<Piece> read(const JsonValue& record, const Origin& origin);
  /// Plain text.
  Result<Piece> read(std::string_view text, const Origin& origin);

  /// The piece's bytes as they were read (of a record: its raw()), with everything masked that is known by now. Of a
  /// record it is a record still: the same members, valid JSON, no more newlines than before. An error when the bytes
  /// are not those that were read.
  [[nodiscard]] Result<Masked> mask(Piece piece, std::string_view bytes) const;
  /// A text that belongs to no piece: a title, a label. It is not learnt from, but masked by all rules and all values.
  [[nodiscard]] Result<Masked> mask_text(std::string_view text) const;

  /// Grows when a value was learnt that is masked wherever it stands: what was masked before may be out of date.
  [[nodiscard]] std::uint64_t known() const;
  /// Forgets that these last pieces were read, but not what was learnt from them: they will be read again.
  void drop_pieces_from(Piece first);

  struct Finding {
    std::uint32_t value = 0;  // index into values()
    Piece piece = 0;
    std::uint32_t count = 1;  // how often in that piece
    std::string context;      // the line around the first one, everything in it masked, one line, at most 240 bytes
  };
  [[nodiscard]] const std::vector<MaskedValue>& values() const;
  /// In order of pieces, each value once in a piece.
  [[nodiscard]] std::vector<Finding> findings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace panko
