// docs/protocol.md is the contract: its examples are sent to a daemon, and what comes back is compared byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <vector>

#include "base/program_path.hpp"
#include "protocol/build.hpp"
#include "tests/daemon/serving.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

/// Names in angle brackets: known ones are replaced; a new one in a reply is read from it, and known from then on.
class Placeholders {
 public:
  std::map<std::string, std::string> values;

  [[nodiscard]] std::string fill(std::string text) const {
    for (const auto& [name, value] : values)
      for (std::size_t at = 0; (at = text.find("<" + name + ">", at)) != std::string::npos; at += value.size())
        text.replace(at, name.size() + 2, value);
    return text;
  }

  /// The reply as the page has it, its new values filled in.
  std::string expect(const std::string& template_line, const std::string& reply) {
    const std::string known = fill(template_line);
    static const std::regex kName("<([a-z_]+)>");
    std::string pattern;
    std::vector<std::string> names;
    std::string::const_iterator rest = known.begin();
    for (std::sregex_iterator name(known.begin(), known.end(), kName), none; name != none; ++name) {
      pattern += escape(std::string(rest, known.begin() + name->position()));
      rest = known.begin() + name->position() + name->length();
      const auto seen = std::ranges::find(names, (*name)[1].str());
      if (seen != names.end()) {
        pattern += "\\" + std::to_string(seen - names.begin() + 1);
      } else {
        names.push_back((*name)[1]);
        pattern += "(" + form_of(names.back()) + ")";
      }
    }
    pattern += escape(std::string(rest, known.end()));
    std::smatch match;
    if (std::regex_match(reply, match, std::regex(pattern)))
      for (std::size_t i = 0; i < names.size(); ++i) values[names[i]] = match[i + 1];
    return fill(known);
  }

 private:
  static std::string form_of(const std::string& name) {
    static const std::string kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    static const std::string kSentence = R"([^"\\]+)";
    static const std::map<std::string, std::string> kForms{{"share", kUuid},
                                                           {"live", kUuid},
                                                           {"live_token", "[A-Za-z0-9_-]{22,}"},
                                                           {"view", kUuid},
                                                           {"token", "[A-Za-z0-9_-]{22,}"},
                                                           {"view_token", "[A-Za-z0-9_-]{22,}"},
                                                           {"port", R"(\d+)"},
                                                           {"view_port", R"(\d+)"},
                                                           {"pid", R"(\d+)"},
                                                           {"descriptors", R"(\d+)"},
                                                           {"local", kSentence},
                                                           {"cloudflare", kSentence},
                                                           {"local_audience", kSentence},
                                                           {"limits", kSentence},
                                                           {"more", R"(\{.*\})"},
                                                           {"values", R"(\d+)"},
                                                           {"findings", ".*"},
                                                           {"users", R"(\[.*\])"},
                                                           {"hosts", R"(\[.*\])"},
                                                           {"salt", "[0-9a-f]{32,}"},
                                                           {"entries", R"(\{.*\})"},
                                                           {"missing", kSentence}};
    static const std::string kMoment = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z)";
    if (name.ends_with("started") || name.ends_with("expires")) return kMoment;
    return kForms.at(name);
  }
  static std::string escape(const std::string& text) {
    static const std::regex kSpecial(R"([.^$|()\[\]{}*+?\\])");
    return std::regex_replace(text, kSpecial, R"(\$&)");
  }
};

class ProtocolPage : public test::Serving {
 protected:
  /// The session pass of the share in this reply is done.
  void wait_until_masked(const std::string& reply) {
    constexpr std::string_view kKey = R"("share_id":")";
    const std::string id = reply.substr(reply.find(kKey) + kKey.size(), 36);
    auto client = connect();
    while (!client.ask(R"({"method":"GetShare","params":{"share_id":")" + id + R"("}})").contains("secrets_masked"))
      ASSERT_FALSE(HasFailure());
  }
};

TEST_F(ProtocolPage, EveryExampleIsWhatTheDaemonSays) {
  // Without cloudflared on PATH, whatever this machine has.
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", directory_.c_str(), 1);
  serve();

  Placeholders placeholders;
  placeholders.values = {{"session", session_.native()},
                         {"socket", places_.socket.native()},
                         {"search_path", std::getenv("PATH")},
                         {"program", program_path().native()},
                         {"version", std::string(protocol::build_version())}};
  std::ifstream page(test::project_file("docs/protocol.md"));
  std::optional<test::RawClient> first;
  std::optional<test::RawClient> second;
  int replies = 0;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      first.reset();
      second.reset();
      continue;
    }
    if (!inside) continue;
    const std::string_view arrow = std::string_view(line).substr(0, 3);
    auto& client = arrow == "→" || arrow == "←" ? first : second;
    if (!client) client.emplace(places_.socket);
    const std::string text = line.substr(4);
    if (arrow == "→" || arrow == "⇒") {
      ASSERT_TRUE(client->send(placeholders.fill(text) + '\n')) << line;
    } else {
      ASSERT_TRUE(arrow == "←" || arrow == "⇐") << line;
      const std::string reply = client->line();
      ASSERT_EQ(reply, placeholders.expect(text, reply));
      ++replies;
      // From here on every reply tells how much is masked.
      if (reply.contains("ShareStarted")) wait_until_masked(reply);
    }
  }
  EXPECT_GE(replies, 20) << "the page was read";
  EXPECT_THAT(placeholders.values, ::testing::Contains(::testing::Key("view_token")));
  shut_downs_.wait(0);  // after the reply
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace panko
