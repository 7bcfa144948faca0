#include "daemon/handover.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "base/result.hpp"
#include "daemon/process.hpp"

namespace panko {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

Fd some_file() {
  return Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
}

/// What the next program does with what it inherits: in this process the numbers have to be others.
Handover handed_down(const Handover& handover) {
  const Fd document = write_handover(handover);
  for (const int fd : descriptors_of(handover)) ::fcntl(fd, F_SETFD, 0);
  return read_handover(::dup(document.get()));
}

/// Both own the same numbers now; those of the first are forgotten.
void forget(HandedListener& listener) {
  (void)listener.socket.release();
  (void)listener.origin.release();
  for (auto& connection : listener.connections) (void)connection.socket.release();
}
void forget(Handover& handover) {
  (void)handover.lock.release();
  (void)handover.control.release();
  for (auto& client : handover.clients) (void)client.socket.release();
  for (auto& gateway : handover.shares.gateways) forget(gateway.listener);
  for (auto& view : handover.shares.views) forget(view.listener);
}

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

Handover sample() {
  Handover handover;
  handover.lock = some_file();
  handover.control = some_file();
  handover.clients.push_back({.socket = some_file(),
                              .unread = all_bytes(),
                              .unsent = "{\"status\":\"Event\"}\n",
                              .is_subscribed = true,
                              .wants_restart = false,
                              .views = {"view-1", "view-2"},
                              .ended_views = 1});
  handover.clients.push_back({.socket = some_file(), .wants_restart = true});
  HandedListener listener{
      .socket = some_file(), .origin = some_file(), .hosts = {"a.example", "\xff"}, .connections = {}};
  listener.connections.push_back({.socket = some_file(), .unread = "GET / HT" + all_bytes()});
  listener.connections.push_back({.socket = some_file(), .unread = ""});
  handover.shares.gateways.push_back({.key = "local ", .listener = std::move(listener)});
  handover.shares.views.push_back({.id = "view-1",
                                   .session = "/home/ada/\xfe.jsonl",
                                   .token = "token",
                                   .idle = std::chrono::milliseconds(1234),
                                   .listener = {.socket = some_file(), .origin = {}, .hosts = {}, .connections = {}}});
  handover.shares.restorable = {"share-1"};
  return handover;
}

TEST(Handover, ArrivesAsItWas) {
  Handover before = sample();
  const Handover after = handed_down(before);
  EXPECT_EQ(descriptors_of(after), descriptors_of(before));
  EXPECT_THAT(descriptors_of(after), SizeIs(9));
  for (const int fd : descriptors_of(after)) EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
  ASSERT_THAT(after.clients, SizeIs(2));
  EXPECT_EQ(after.clients[0].unread, before.clients[0].unread);
  EXPECT_EQ(after.clients[0].unsent, before.clients[0].unsent);
  EXPECT_TRUE(after.clients[0].is_subscribed);
  EXPECT_FALSE(after.clients[0].wants_restart);
  EXPECT_THAT(after.clients[0].views, ElementsAre("view-1", "view-2"));
  EXPECT_EQ(after.clients[0].ended_views, 1U);
  EXPECT_FALSE(after.clients[1].is_subscribed);
  EXPECT_TRUE(after.clients[1].wants_restart);
  ASSERT_THAT(after.shares.gateways, SizeIs(1));
  EXPECT_EQ(after.shares.gateways[0].key, "local ");
  const HandedListener& listener = after.shares.gateways[0].listener;
  EXPECT_TRUE(listener.origin);
  EXPECT_THAT(listener.hosts, ElementsAre("a.example", "\xff"));
  ASSERT_THAT(listener.connections, SizeIs(2));
  EXPECT_EQ(listener.connections[0].unread, "GET / HT" + all_bytes());
  EXPECT_EQ(listener.connections[1].unread, "");
  ASSERT_THAT(after.shares.views, SizeIs(1));
  EXPECT_EQ(after.shares.views[0].session, "/home/ada/\xfe.jsonl");
  EXPECT_EQ(after.shares.views[0].token, "token");
  EXPECT_EQ(after.shares.views[0].idle, std::chrono::milliseconds(1234));
  EXPECT_FALSE(after.shares.views[0].listener.origin);
  EXPECT_THAT(after.shares.restorable, ElementsAre("share-1"));
  forget(before);
}

TEST(Handover, IsReadFromADocumentThatNobodyCanHaveChanged) {
  const Fd document = write_handover(sample());
  EXPECT_LT(::write(document.get(), "x", 1), 0);
  EXPECT_LT(::ftruncate(document.get(), 0), 0);
  EXPECT_THAT([] { (void)read_handover(::open("/dev/zero", O_RDONLY | O_CLOEXEC)); },
              ThrowsMessage<Failure>("--handover is for a daemon that restarts itself; use: panko serve --restart"));
}

TEST(Handover, RefusesWhatIsNone) {
  for (const std::string text : {"", "{", "[]", "{}", R"({"handover":99})", R"({"handover":1})",
                                 R"({"handover":1,"lock":99999})", R"({"handover":1,"lock":"0"})"}) {
    const int document = ::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    ASSERT_EQ(::write(document, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ASSERT_EQ(::fcntl(document, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
    const auto open_before = count_open_descriptors();
    EXPECT_THROW((void)read_handover(document), Failure) << text;
    EXPECT_EQ(count_open_descriptors(), open_before - 1) << "the document is closed";
  }
}

}  // namespace
}  // namespace panko
