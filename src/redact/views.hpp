// What a piece says, in every way that a reader may see it: strings unescaped (again and again, for JSON in JSON and
// source text), terminal sequences and invisible characters taken out, wrapped tokens joined, percent- and
// base64-encoded parts decoded. All of it stands in one buffer, separated by '\0', so that it is searched in one go;
// each byte knows where it comes from. Linear; good until the next clear().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

struct ByteSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
  bool operator==(const ByteSpan&) const = default;
};

/// How much of the rules a string is for.
enum class Leaf : std::uint8_t {
  text,  // all of them
  name,  // an id, a time, a type of the record itself: only formats that cannot be anything else
  path,  // of a file or directory
};

class Views {
 public:
  struct View {
    std::size_t begin = 0;    // in buffer()
    std::size_t content = 0;  // where its own text begins: before stands the name of the member it is the value of
    std::size_t end = 0;
    Leaf leaf = Leaf::text;
    std::uint32_t string = 0;  // views of one string have the same number
    bool is_encoded = false;   // decoded base64: any part of it stands for the whole run
  };

  void clear();
  /// A JSON string as it stands between its quotes, from byte `raw` of the piece on. `name` is what it is the value of.
  void add_json(std::string_view body, std::size_t raw, Leaf leaf, std::string_view name);
  void add_text(std::string_view text, std::size_t raw, Leaf leaf);

  [[nodiscard]] std::string_view buffer() const { return buffer_; }
  [[nodiscard]] const std::vector<View>& views() const { return views_; }
  /// The view in which that byte of the buffer stands.
  [[nodiscard]] const View& view_at(std::size_t at) const;
  /// The bytes of the piece that these bytes of the buffer come from, all within one view.
  [[nodiscard]] ByteSpan raw(ByteSpan span) const;

 private:
  struct Segment {
    std::uint32_t at;      // in the buffer
    std::uint32_t raw;     // in the piece
    std::uint32_t length;  // of what becomes one unit; 0: byte by byte
  };

  void begin_view(Leaf leaf, std::string_view name, std::size_t raw);
  bool end_view();
  void drop_view();
  void unescape(std::string_view body, std::size_t raw);
  void derive();
  bool derive_clean(std::size_t index);
  bool derive_unescaped(std::size_t index);
  void derive_joined(std::size_t index);
  void derive_percent_decoded(std::size_t index);
  void derive_base64_decoded(std::size_t index);
  void unit(std::size_t begin, std::size_t end, std::string_view bytes);
  void copy(std::size_t begin, std::size_t end);
  [[nodiscard]] std::size_t segment_of(std::size_t at) const;

  std::string buffer_;
  std::vector<Segment> segments_;
  std::vector<View> views_;
  std::uint32_t strings_ = 0;
};

}  // namespace panko
