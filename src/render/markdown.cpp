#include "render/markdown.hpp"

#include <md4c.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "render/code_language.hpp"

namespace panko {

namespace {

struct NamedEntity {
  std::string_view name;
  std::string_view text;
};

// What people and models do write; any other name stays as it is written, which loses nothing.
constexpr auto kEntities = std::to_array<NamedEntity>({
    {"amp", "&"},    {"lt", "<"},       {"gt", ">"},    {"quot", "\""},  {"apos", "'"},  {"nbsp", "\u00A0"},
    {"copy", "©"},   {"reg", "®"},      {"trade", "™"}, {"hellip", "…"}, {"mdash", "—"}, {"ndash", "–"},
    {"larr", "←"},   {"rarr", "→"},     {"uarr", "↑"},  {"darr", "↓"},   {"harr", "↔"},  {"times", "×"},
    {"middot", "·"}, {"bull", "•"},     {"deg", "°"},   {"plusmn", "±"}, {"le", "≤"},    {"ge", "≥"},
    {"ne", "≠"},     {"infin", "∞"},    {"laquo", "«"}, {"raquo", "»"},  {"lsquo", "‘"}, {"rsquo", "’"},
    {"ldquo", "“"},  {"rdquo", "”"},    {"check", "✓"}, {"sect", "§"},   {"para", "¶"},  {"micro", "µ"},
    {"Tab", "\t"},   {"NewLine", "\n"}, {"colon", ":"}, {"sol", "/"},    {"lpar", "("},  {"rpar", ")"},
});

void append_utf8(std::string& out, std::uint32_t c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

/// "&name;" or "&#number;", as md4c hands it over.
std::string decode_entity(std::string_view entity) {
  if (entity.size() < 3) return std::string(entity);
  const std::string_view inner = entity.substr(1, entity.size() - 2);
  if (inner.front() == '#') {
    const bool hex = inner.size() > 2 && (inner[1] == 'x' || inner[1] == 'X');
    const std::string_view digits = inner.substr(hex ? 2 : 1);
    std::uint32_t codepoint = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), codepoint, hex ? 16 : 10);
    if (error != std::errc{} || end != digits.end()) return std::string(entity);
    std::string out;
    append_utf8(out, codepoint);
    return out;
  }
  const auto* const found = std::ranges::find(kEntities, inner, &NamedEntity::name);
  return std::string(found == kEntities.end() ? entity : found->text);
}

/// A link's destination or a fence's language, entities undone.
std::string decode(const MD_ATTRIBUTE& attribute) {
  std::string out;
  if (attribute.text == nullptr) return out;
  const std::string_view all(attribute.text, attribute.size);
  for (int i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
    const std::size_t begin = attribute.substr_offsets[i];
    const std::string_view part = all.substr(begin, attribute.substr_offsets[i + 1] - begin);
    out += attribute.substr_types[i] == MD_TEXT_ENTITY ? decode_entity(part) : std::string(part);
  }
  return out;
}

std::string_view view(const MD_CHAR* text, MD_SIZE size) {
  return {text, size};
}

class Renderer {
 public:
  Renderer(HtmlWriter& html, std::size_t input_size)
      : html_(html), budget_(html.size() + 24 * input_size + (std::size_t{64} << 10)) {}

  int enter_block(MD_BLOCKTYPE type, void* detail);
  int enter_span(MD_SPANTYPE type, void* detail);
  int leave();
  int leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_IMG) --images_;
    return leave();
  }
  int text(MD_TEXTTYPE type, std::string_view text);
  [[nodiscard]] bool has_room() const { return html_.size() + spent_ <= budget_; }

  /// Closes what is open, when the parser was stopped in the middle.
  void close_all() {
    while (!open_.empty()) leave();
  }

 private:
  // What one enter callback opened; leaving closes it in reverse.
  struct Level {
    std::optional<Tag> outer;
    std::optional<Tag> inner;
  };

  int open(std::optional<Tag> outer, std::initializer_list<Attribute> attributes = {},
           std::optional<Tag> inner = std::nullopt, std::initializer_list<Attribute> inner_attributes = {});
  void open_link(const MD_ATTRIBUTE& destination);

  HtmlWriter& html_;
  std::size_t budget_;     // output that hostile input (a table row filled up, a reference repeated) must not exceed
  std::size_t spent_ = 0;  // bytes of link destinations that the parser copied: they cost time, shown or not
  std::vector<Level> open_;
  std::size_t tags_ = 0;    // of open_ that really are on the page
  std::size_t links_ = 0;   // open <a>: a link within a link is no HTML
  std::size_t images_ = 0;  // within an image's description
};

int Renderer::open(std::optional<Tag> outer, std::initializer_list<Attribute> attributes, std::optional<Tag> inner,
                   std::initializer_list<Attribute> inner_attributes) {
  if (tags_ >= kMarkdownNesting) outer = inner = std::nullopt;
  if (outer) html_.open(*outer, attributes);
  if (inner) html_.open(*inner, inner_attributes);
  tags_ += (outer ? 1U : 0U) + (inner ? 1U : 0U);
  if (outer == Tag::a) ++links_;
  open_.push_back({outer, inner});
  return has_room() ? 0 : 1;
}

int Renderer::leave() {
  if (open_.empty()) return 1;
  const Level level = open_.back();
  open_.pop_back();
  if (level.inner) html_.close(*level.inner);
  if (level.outer) html_.close(*level.outer);
  if (level.outer == Tag::a) --links_;
  tags_ -= (level.outer ? 1U : 0U) + (level.inner ? 1U : 0U);
  return has_room() ? 0 : 1;
}

void Renderer::open_link(const MD_ATTRIBUTE& destination) {
  spent_ += destination.size;
  const std::string target = decode(destination);
  const auto url = links_ == 0 ? Url::external(target) : std::nullopt;
  if (url) {
    open(Tag::a, {attr::href(*url), attr::own(attr::Own::rel, "noopener noreferrer nofollow")});
  } else if (target.empty()) {
    open(std::nullopt);
  } else {  // a path in the project, or what nobody should follow: readable, not to be clicked
    open(Tag::span, {attr::css("target"), attr::title(elide(target, 300))});
  }
}

int Renderer::enter_block(MD_BLOCKTYPE type, void* detail) {
  switch (type) {
    case MD_BLOCK_DOC: return open(std::nullopt);
    case MD_BLOCK_QUOTE: return open(Tag::blockquote);
    case MD_BLOCK_UL: return open(Tag::ul);
    case MD_BLOCK_OL: {
      const unsigned start = static_cast<const MD_BLOCK_OL_DETAIL*>(detail)->start;
      return open(Tag::ol, {start == 1 ? attr::none() : attr::start(start)});
    }
    case MD_BLOCK_LI: {
      const auto& item = *static_cast<const MD_BLOCK_LI_DETAIL*>(detail);
      if (item.is_task == 0) return open(Tag::li);
      const int stop = open(Tag::li, {attr::css("task")});
      html_.single(Tag::input, {attr::own(attr::Own::type, "checkbox"), attr::own(attr::Own::disabled, ""),
                                attr::checked_if(item.task_mark != ' ')});
      html_.text(" ");
      return stop;
    }
    case MD_BLOCK_HR:
      if (tags_ < kMarkdownNesting) html_.single(Tag::hr);
      return open(std::nullopt);
    case MD_BLOCK_H: {
      static constexpr auto kShifted = std::to_array<Tag>({Tag::h3, Tag::h4, Tag::h5, Tag::h6, Tag::h6, Tag::h6});
      const unsigned level = std::clamp(static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level, 1U, 6U);
      return open(kShifted.at(level - 1));
    }
    case MD_BLOCK_CODE: {
      const MD_ATTRIBUTE& language = static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->lang;
      spent_ += language.size;
      const std::string name = decode(language);
      return open(Tag::pre, {attr::language(name), attr::own(attr::Own::tabindex, "0")}, Tag::code,
                  {attr::css(language_of_fence(name))});
    }
    case MD_BLOCK_HTML:  // not with MD_FLAG_NOHTML
    case MD_BLOCK_P: return open(Tag::p);
    case MD_BLOCK_TABLE: return open(Tag::div, {attr::css("table")}, Tag::table);
    case MD_BLOCK_THEAD: return open(Tag::thead);
    case MD_BLOCK_TBODY: return open(Tag::tbody);
    case MD_BLOCK_TR: return open(Tag::tr);
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: {
      const MD_ALIGN align = static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align;
      const Attribute side = align == MD_ALIGN_RIGHT    ? attr::css("right")
                             : align == MD_ALIGN_CENTER ? attr::css("center")
                                                        : attr::none();
      return open(type == MD_BLOCK_TH ? Tag::th : Tag::td, {side});
    }
  }
  return open(std::nullopt);
}

int Renderer::enter_span(MD_SPANTYPE type, void* detail) {
  if (images_ > 0 && type != MD_SPAN_IMG) return open(std::nullopt);
  switch (type) {
    case MD_SPAN_EM: return open(Tag::em);
    case MD_SPAN_STRONG: return open(Tag::strong);
    case MD_SPAN_DEL: return open(Tag::del);
    case MD_SPAN_CODE: return open(Tag::code);
    case MD_SPAN_A: open_link(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href); break;
    case MD_SPAN_IMG:
      // Nothing is loaded from elsewhere: the reader decides whether to go there.
      open_link(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src);
      html_.text(images_++ == 0 ? "image: " : "");
      break;
    default: open(std::nullopt); break;
  }
  return has_room() ? 0 : 1;
}

int Renderer::text(MD_TEXTTYPE type, std::string_view text) {
  switch (type) {
    case MD_TEXT_NULLCHAR: html_.text("\xEF\xBF\xBD"); break;
    case MD_TEXT_BR: html_.single(Tag::br); break;
    case MD_TEXT_SOFTBR: html_.text("\n"); break;
    case MD_TEXT_ENTITY: html_.text(decode_entity(text), Text::prose); break;
    case MD_TEXT_CODE: html_.text(text, Text::exact); break;
    default: html_.text(text, Text::prose); break;
  }
  return has_room() ? 0 : 1;
}

}  // namespace

void write_markdown(HtmlWriter& html, std::string_view markdown) {
  const std::size_t before = html.size();
  Renderer renderer(html, markdown.size());
  MD_PARSER parser{};
  parser.flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<Renderer*>(self)->enter_block(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE, void*, void* self) { return static_cast<Renderer*>(self)->leave(); };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
    return static_cast<Renderer*>(self)->enter_span(type, detail);
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
    return static_cast<Renderer*>(self)->leave_span(type);
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
    return static_cast<Renderer*>(self)->text(type, view(text, size));
  };
  const bool fits = markdown.size() <= std::numeric_limits<MD_SIZE>::max() / 2;
  if (fits && md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &renderer) == 0) return;

  renderer.close_all();
  html.rewind(before);
  html.open(Tag::pre);
  html.element(Tag::code, {}, markdown);
  html.close(Tag::pre);
}

}  // namespace panko
