// A page as its script keeps it, in the place of a browser: elements with ids in containers, and ops put to it.
#pragma once

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace panko::test {

/// An article or a group, in reading order: what stands in a group stands in it.
struct Element {
  std::string id;
  bool is_group = false;
  std::string version;  // of an article
  std::string count;    // of a group
  std::list<Element> children;

  /// One line an element, indented.
  void print(std::string& out, std::size_t depth = 0) const {
    if (!id.empty()) out += std::string(2 * depth, ' ') + id + ' ' + (is_group ? count : version) + '\n';
    for (const auto& child : children) child.print(out, depth + (id.empty() ? 0 : 1));
  }
};

/// The articles and groups of the HTML that the program writes, which is well-formed.
inline std::list<Element> parse_elements(std::string_view html) {
  Element root;
  std::vector<Element*> open{&root};
  const auto attribute = [](std::string_view tag, std::string_view name) -> std::string {
    const auto start = tag.find(' ' + std::string(name) + "=\"");
    if (start == std::string_view::npos) return "";
    const auto value = tag.substr(start + name.size() + 3);
    return std::string(value.substr(0, value.find('"')));
  };
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const auto tag = html.substr(at, html.find('>', at) - at);
    if (tag.starts_with("<article") || tag.starts_with("<section class=\"group")) {
      const bool is_group = tag.starts_with("<section");
      open.back()->children.push_back({.id = attribute(tag, "id"),
                                       .is_group = is_group,
                                       .version = is_group ? "" : attribute(tag, "data-v"),
                                       .count = {},
                                       .children = {}});
      open.push_back(&open.back()->children.back());
    } else if (open.size() > 1 && tag.starts_with(open.back()->is_group ? "</section" : "</article")) {
      open.pop_back();
    } else if (tag == "<span class=\"count\"" && open.back()->is_group) {
      const auto text = html.substr(at + tag.size() + 1);
      open.back()->count = text.substr(0, text.find('<'));
    }
  }
  EXPECT_EQ(open.size(), 1U);
  return std::move(root.children);
}

class PageInBrowser {
 public:
  explicit PageInBrowser(std::string_view html) { root_.children = parse_elements(html); }

  [[nodiscard]] std::string print() const {
    std::string out;
    root_.print(out);
    return out;
  }

  /// `change`: the members of a line.
  void apply(const std::string& change) {
    const auto line = boost::json::parse("{" + change + "}").as_object();
    for (const auto& op : line.at("ops").as_array()) apply(op.as_object());
  }

 private:
  struct Place {
    std::list<Element>* container = nullptr;
    std::list<Element>::iterator element;
    std::vector<Place> around;  // of the groups around it, the innermost first
  };

  static bool find(std::list<Element>& in, std::string_view id, Place& place) {
    for (auto element = in.begin(); element != in.end(); ++element) {
      if (element->id == id) {
        place.container = &in;
        place.element = element;
        return true;
      }
      if (!find(element->children, id, place)) continue;
      place.around.push_back({&in, element, {}});
      return true;
    }
    return false;
  }

  Place find(const boost::json::value& id) {
    Place place;
    EXPECT_TRUE(find(root_.children, std::string_view(id.as_string()), place)) << id;
    return place;
  }

  void apply(const boost::json::object& op) {
    const auto kind = std::string(op.at("op").as_string());
    const auto html = op.contains("html") ? std::string(op.at("html").as_string()) : std::string();
    if (kind == "replace") {
      auto elements = parse_elements(html);
      ASSERT_EQ(elements.size(), 1U);
      const auto place = find(op.at("id"));
      ASSERT_EQ(elements.front().id, place.element->id);
      *place.element = std::move(elements.front());
    } else if (kind == "insert") {
      auto elements = parse_elements(html);
      if (op.at("after").as_string().empty()) {
        root_.children.splice(root_.children.begin(), elements);
        return;
      }
      auto place = find(op.at("after"));
      if (const auto up = op.contains("up") ? op.at("up").to_number<std::size_t>() : 0; up > 0) {
        ASSERT_LE(up, place.around.size());
        place = Place(place.around[up - 1]);
      }
      place.container->splice(std::next(place.element), elements);
    } else if (kind == "remove") {
      const auto place = find(op.at("id"));
      place.container->erase(place.element);
    } else if (kind == "count") {
      find(op.at("id")).element->count = std::string(op.at("text").as_string());
    } else {
      ASSERT_EQ(kind, "prompt");
    }
  }

  Element root_;
};

}  // namespace panko::test
