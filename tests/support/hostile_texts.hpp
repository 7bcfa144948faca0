// Texts that want a redactor to be slow: what a rule begins with, again and again, and never what it ends with.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace panko::test {

inline constexpr auto kHostileParts = std::to_array<std::string_view>({
    "a",
    "-----BEGIN",
    "-----BEGIN PRIVATE KEY-----\n",
    "eyJ",
    "eyJhbGciOiJIUzI1NiJ9.",
    "://",
    "://a:b",
    "=",
    "\"",
    "\\",
    "'",
    "sk-",
    "sk-ant-",
    "ghp_",
    "token=",
    "password: ",
    "key ",
    "@",
    "a@b.",
    "1.",
    "10.1.",
    "a:",
    "%41",
    "/home/",
    "kind: Secret\ndata:\n",
    "kind: Secret data: {\" ",
    "token: | ",
    "curl -u ",
    "seed phrase: word ",
    "\x1b[0m",
    "\xe2\x80\x8b",
    "Cookie: a=b;",
    "Authorization: ",
    "tokens/",
    "T3BlbkFJ",
    "-us1",
    "Q~",
    "QUFB",
    "\\u0041",
    "{\"a\":",
    "a:b:c:d:5432:",
    "AKIA",
    ".local",
    "id,token\n",
    "a,token,",
    "token  ",
    "echo a | sudo -S ",
    "<<<",
    "<<< ",
    "echo ",
    "(token) VALUES (1,",
    "token created ",
    "token</",
});

/// `size` bytes or a few more.
inline std::string hostile_text(std::string_view part, std::size_t size) {
  std::string text;
  text.reserve(size + part.size());
  while (text.size() < size) text += part;
  return text;
}

}  // namespace panko::test
