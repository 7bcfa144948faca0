#include "tunnel/providers/ssh_failures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace panko::ssh {
namespace {

using testing::HasSubstr;

/// Of the last failure in these lines.
std::pair<std::optional<FailureClass>, std::string> read(std::initializer_list<std::string_view> lines,
                                                         bool connected = false) {
  Failures failures("user@example.com", "ssh -F /x/config user@example.com");
  if (connected) failures.connected();
  std::pair<std::optional<FailureClass>, std::string> result;
  for (const auto line : lines) {
    if (const auto event = failures.read(line)) result = {event->failure, event->text};
  }
  return result;
}

TEST(SshFailures, AreOfTheClassThatSaysWhenToTryAgain) {
  const auto kind = [](std::string_view line) { return read({line}).first; };
  for (const std::string_view line : {
           "user@example.com: Permission denied (publickey).",
           "user@example.com: Permission denied (publickey,keyboard-interactive).",
           "Host key verification failed.",
           "Received disconnect from 127.0.0.1 port 22:2: Too many authentication failures",
           "unknown option -- Z",
           "command-line: line 0: Bad configuration option: foo",
           "command-line line 0: Bad port 'abc'.",
           "/home/user/.ssh/config: line 3: Bad configuration option: foo",
           "/home/user/.ssh/config: terminating, 1 bad configuration options",
           "Bad owner or permissions on /home/user/.ssh/config",
           "Can't open user config file /nofile: No such file or directory",
       })
    EXPECT_EQ(kind(line), FailureClass::permanent) << line;
  for (const std::string_view line : {
           "ssh: Could not resolve hostname example.com: Name or service not known",
           "ssh: Could not resolve hostname example.com: Temporary failure in name resolution",
           "ssh: connect to host 2001:db8::1 port 22: No route to host",
           "ssh: connect to host 192.0.2.1 port 22: Network is unreachable",
       })
    EXPECT_EQ(kind(line), FailureClass::no_network) << line;
  for (const std::string_view line : {
           "ssh: connect to host 127.0.0.1 port 22: Connection refused",
           "ssh: connect to host 127.0.0.1 port 22: Connection timed out",
           "Connection to 127.0.0.1 closed by remote host.",
           "Connection closed by 127.0.0.1 port 22",
           "kex_exchange_identification: Connection closed by remote host",
           "Timeout, server 127.0.0.1 not responding.",
           "client_loop: send disconnect: Broken pipe",
       })
    EXPECT_EQ(kind(line), FailureClass::transient) << line;
  for (const std::string_view line : {
           "Warning: Permanently added '[127.0.0.1]:22' (ED25519) to the list of known hosts.",
           "connect to /x/o.sock port -2 failed: No such file or directory",
           "connect_to 127.0.0.1 port 18099: failed.",
           "Allocated port 39227 for remote forward to /x/o.sock:-2",
           "GET /x: Permission denied (publickey).",
           "he said: Host key verification failed.",
           "",
       })
    EXPECT_EQ(kind(line), std::nullopt) << line;
}

TEST(SshFailures, SayWhatToDo) {
  EXPECT_THAT(read({"No ED25519 host key is known for [127.0.0.1]:22 and you have requested strict checking.",
                    "Host key verification failed."})
                  .second,
              HasSubstr("run `ssh -F /x/config user@example.com` once"));
  const auto changed =
      read({"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
            "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", "Offending ED25519 key in /x/known_hosts:1",
            "  remove with:", "  ssh-keygen -f \"/x/known_hosts\" -R \"[127.0.0.1]:22\"",
            "Host key for [127.0.0.1]:22 has changed and you have requested strict checking.",
            "Host key verification failed."});
  EXPECT_EQ(changed.first, FailureClass::permanent);
  EXPECT_THAT(changed.second, HasSubstr("with `ssh-keygen -f \"/x/known_hosts\" -R \"[127.0.0.1]:22\"` and run"));
  EXPECT_THAT(read({"Load key \"/x/id\": bad permissions", "u@h: Permission denied (publickey)."}).second,
              HasSubstr("Load key \"/x/id\": bad permissions"));
  EXPECT_THAT(read({"ssh: connect to host 127.0.0.1 port 22: Connection refused"}).second,
              HasSubstr("user@example.com cannot be reached: Connection refused."));
}

// The server's own words are in the same log.
TEST(SshFailures, CannotBeTakenForGoodOnceVisitorsWriteIntoTheLog) {
  for (const std::string_view line : {"user@example.com: Permission denied (publickey).",
                                      "Host key verification failed.", "/x: line 3: Bad configuration option: foo",
                                      "Received disconnect from 1.2.3.4 port 22:2: Too many authentication failures"})
    EXPECT_NE(read({line}, true).first, FailureClass::permanent) << line;
  EXPECT_EQ(read({"Connection to 127.0.0.1 closed by remote host."}, true).first, FailureClass::transient);
  EXPECT_THAT(read({"ssh: connect to host x port 1: \x1b]0;evil\a"}).second, testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace panko::ssh
