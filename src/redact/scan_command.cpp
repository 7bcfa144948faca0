// Passwords in the options of programs.
#include <algorithm>
#include <array>
#include <vector>

#include "redact/characters.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestCommand = 1024;

struct Word {
  std::size_t begin;
  std::size_t end;
};

struct Option {
  std::string_view program;
  std::string_view option;  // "-p*": the value is part of the word
  char separator = '\0';    // the password stands behind it: user:PASS
};

constexpr auto kOptions = std::to_array<Option>({
    {"curl", "-u", ':'},
    {"curl", "--user", ':'},
    {"curl", "--proxy-user", ':'},
    {"curl", "-U", ':'},
    {"curl", "-b", '='},
    {"mysql", "-p*"},
    {"mariadb", "-p*"},
    {"mysqldump", "-p*"},
    {"mysqladmin", "-p*"},
    {"sshpass", "-p"},
    {"sshpass", "-p*"},
    {"redis-cli", "-a"},
    {"redis-cli", "--pass"},
    {"docker", "-p"},
    {"docker", "--password"},
    {"podman", "-p"},
    {"podman", "--password"},
    {"http", "-a", ':'},
    {"http", "--auth", ':'},
    {"openssl", "-passin", ':'},
    {"openssl", "-passout", ':'},
    {"openssl", "-pass", ':'},
    {"openssl", "-k"},
    {"ldapsearch", "-w"},
    {"mongosh", "-p"},
    {"mongo", "-p"},
    {"smbclient", "-U", '%'},
    {"ftp", "-u", ','},
    {"psql", "-W*"},
    {"twine", "-p"},
    {"helm", "--password"},
    {"helm", "-p"},
    {"oras", "-p"},
    {"skopeo", "--creds", ':'},
    {"skopeo", "--dest-creds", ':'},
    {"skopeo", "--src-creds", ':'},
    {"buildah", "-p"},
    {"sqlcmd", "-P"},
    {"mosquitto_pub", "-P"},
    {"mosquitto_sub", "-P"},
    {"cqlsh", "-p"},
    {"lftp", "-u", ','},
    {"xfreerdp", "/p:*"},
    {"login", "-p"},
    {"zip", "-P"},
    {"unzip", "-P"},
    {"7z", "-p*"},
    {"plink", "-pw"},
    {"pscp", "-pw"},
    {"psftp", "-pw"},
    {"secret", "--body"},
    {"secret", "-b"},
});

std::vector<Word> words_of(std::string_view text, std::size_t at) {
  std::vector<Word> words;
  const std::size_t stop = std::min(text.size(), at + kLongestCommand);
  while (at < stop) {
    while (at < stop &&
           (text[at] == ' ' || text[at] == '\t' || (text[at] == '\\' && at + 1 < stop && text[at + 1] == '\n') ||
            (text[at] == '\n' && text[at - 1] == '\\')))
      ++at;
    if (at >= stop || text[at] == '\n' || text[at] == '|' || text[at] == ';' || text[at] == '\0' ||
        text.substr(at, 2) == "&&")
      break;
    char quote = '\0';
    std::size_t begin = at;
    if (is_one_of(text[at], kQuote)) {
      quote = text[at];
      begin = ++at;
      while (at < stop && text[at] != quote && text[at] != '\n') ++at;
      words.push_back({begin, at});
      if (at < stop) ++at;
      continue;
    }
    while (at < stop && !is_one_of(text[at], kSpace) && text[at] != '"' && text[at] != '`' && text[at] != '\0' &&
           !(text[at] == '\'' && at > begin + 2) && text[at] != ';')
      ++at;
    words.push_back({begin, at});
    if (at < stop && is_one_of(text[at], kQuote) && (begin == at || text[begin] != '-')) ++at;
    if (words.size() > 100) break;
  }
  return words;
}

/// Programs that read a password from standard input.
constexpr auto kReaders = std::to_array<std::string_view>(
    {"-stdin", "chpasswd", "passwd", "sudo -S", "--with-token", "secret set", "secret put", "secret create",
     "secrets set", "secrets add", "secrets create", "env add", "cryptsetup", "passphrase-fd", "-pass stdin"});

bool reads_password(std::string_view command) {
  return std::ranges::any_of(kReaders, [&](std::string_view reader) { return command.contains(reader); });
}

/// Up to where a command goes from there: the end of the line, or what divides it from the next one.
std::size_t end_of_command(std::string_view text, std::size_t at) {
  const std::size_t stop = std::min(text.size(), at + kLongestCommand);
  while (at < stop && text[at] != '\n' && text[at] != ';' && text.substr(at, 2) != "&&") ++at;
  return at;
}

bool is_given(std::string_view value) {
  return value.size() >= 4 && !is_placeholder(value) && !is_reference(value) && !value.starts_with('-') &&
         !value.starts_with('/');
}

}  // namespace

std::size_t scan_piped(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  const char before = scan.at(anchor.begin - 1);
  const bool is_here_string = text[anchor.begin] == '<';
  if (is_here_string ? before == '<' || scan.at(anchor.end) == '<'
                     : is_one_of(before, kWord) || scan.at(anchor.end) != ' ')
    return anchor.end;
  const std::vector<Word> words = words_of(text, anchor.end);
  if (words.empty()) return anchor.end;
  const std::size_t done = std::max(anchor.end, words.back().end);
  // printf '%s\n' PASS | ..., echo -n PASS | ..., ... <<< PASS
  const Word& word = is_here_string ? words.front() : words.back();
  std::string_view command;
  if (is_here_string) {
    const std::size_t low = anchor.begin - std::min<std::size_t>(anchor.begin - scan.begin, 256);
    command = text.substr(low, anchor.begin - low);
    command.remove_prefix(std::min(command.size(), command.find_last_of("\n;") + 1));
  } else {
    const std::size_t bar = text.substr(0, std::min(text.size(), word.end + 4)).find('|', word.end);
    if (bar == std::string_view::npos) return done;
    command = text.substr(bar, end_of_command(text, bar) - bar);
  }
  if (!reads_password(command)) return done;
  ByteSpan value{word.begin, word.end};
  if (command.contains("chpasswd")) {
    const std::size_t colon = text.substr(0, value.end).find(':', value.begin);
    if (colon != std::string_view::npos) value.begin = colon + 1;
  }
  const std::string_view found = text.substr(value.begin, value.size());
  if (is_given(found)) matches.add(value.begin, value.end, {}, is_searchable(found));
  return done;
}

std::size_t scan_command_line(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  const char before = scan.at(anchor.begin - 1);
  if (is_one_of(before, kAlnum) || before == '-' || before == '_' || before == '.' || scan.at(anchor.end) != ' ')
    return anchor.begin;  // "mysqldump" is looked at, too
  const std::string_view program = text.substr(anchor.begin, anchor.size());
  const bool is_docker = program == "docker" || program == "podman";
  if (is_docker && !text.substr(anchor.end, 48).contains("login")) return anchor.end;
  const std::vector<Word> words = words_of(text, anchor.end);
  // htpasswd -bc FILE USER PASS
  if (program == "htpasswd" && words.size() >= 4 && text[words[0].begin] == '-' &&
      text.substr(words[0].begin, words[0].end - words[0].begin).contains('b')) {
    const std::string_view found = text.substr(words[3].begin, words[3].end - words[3].begin);
    if (is_given(found)) matches.add(words[3].begin, words[3].end, {}, is_searchable(found));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = text.substr(words[i].begin, words[i].end - words[i].begin);
    for (const Option& option : kOptions) {
      if (option.program != program) continue;
      ByteSpan value{};
      if (option.option.ends_with('*')) {
        const std::string_view start = option.option.substr(0, option.option.size() - 1);
        if (!word.starts_with(start) || word.size() <= start.size()) continue;
        value = {words[i].begin + start.size(), words[i].end};
        if (is_one_of(text[value.begin], kQuote)) ++value.begin;
      } else if (word == option.option && i + 1 < words.size()) {
        value = {words[i + 1].begin, words[i + 1].end};
      } else if (word.starts_with(option.option) && word.size() > option.option.size() &&
                 word[option.option.size()] == '=') {
        value = {words[i].begin + option.option.size() + 1, words[i].end};
      } else {
        continue;
      }
      if (option.separator != '\0') {
        const std::size_t sign = text.substr(0, value.end).find(option.separator, value.begin);
        if (sign == std::string_view::npos) continue;
        value.begin = sign + 1;
      }
      const std::string_view found = text.substr(value.begin, value.size());
      if (!is_given(found)) continue;
      if (option.option == "-b" && !is_random(found)) continue;
      matches.add(value.begin, value.end, {}, is_searchable(found));
    }
  }
  return words.empty() ? anchor.end : std::max(anchor.end, words.back().end);
}

}  // namespace panko
