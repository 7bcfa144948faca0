#include "desktop/file_manager.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "fixture.hpp"

namespace panko {
namespace {

using testing::HasSubstr;

class FileManagerTest : public DesktopFixture {
 protected:
  FileManagerTest() {
    std::filesystem::create_directory(folder);
    std::ofstream(file) << "{}";
  }
  /// A desktop's tool that tells what it was called with.
  void tool(const std::string& name, const std::string& then = "") const {
    program(name, "echo \"" + name + "|$*\" >> " + (home / "called").string() + "\n" + then);
  }

  std::filesystem::path folder = home / "my, 'own' \xC3\xA9";
  std::filesystem::path file = folder / "a.jsonl";
};

TEST_F(FileManagerTest, SelectsTheFileWhereTheDesktopCan) {
  set("DISPLAY", ":9");
  for (const char* name : {"gdbus", "dbus-send", "xdg-open", "gio"}) tool(name);
  ASSERT_TRUE(show_in_file_manager(file));
  EXPECT_EQ(content("called"),
            "gdbus|call --session --dest org.freedesktop.FileManager1 --object-path /org/freedesktop/FileManager1 "
            "--method org.freedesktop.FileManager1.ShowItems ['file://" +
                home.string() + "/my%2C%20%27own%27%20%C3%A9/a.jsonl'] ''\n");
}

TEST_F(FileManagerTest, OpensTheFolderElse) {
  set("WAYLAND_DISPLAY", "wayland-9");
  tool("gdbus", "exit 1");
  tool("dbus-send", "exit 1");
  tool("xdg-open");
  tool("gio");
  ASSERT_TRUE(show_in_file_manager(file));
  EXPECT_THAT(content("called"), HasSubstr("dbus-send|--session --print-reply --dest=org.freedesktop.FileManager1 "));
  EXPECT_THAT(content("called"), HasSubstr("array:string:file://" + home.string() + "/my%2C%20%27own%27%20%C3%A9/"));
  EXPECT_THAT(content("called"), testing::EndsWith("xdg-open|" + folder.string() + "\n"));
}

TEST_F(FileManagerTest, LeavesOneThatTakesItsTimeAlone) {
  set("DISPLAY", ":9");
  ASSERT_EQ(::mkfifo((home / "end").c_str(), 0600), 0);
  tool("gdbus", "echo $$ > " + (home / "pid").string() + "; read line < " + (home / "end").string());
  tool("xdg-open");
  EXPECT_TRUE(show_in_file_manager(file));
  EXPECT_THAT(content("called"), testing::Not(HasSubstr("xdg-open")));
  const pid_t pid = std::stoi(content("pid"));
  EXPECT_EQ(::kill(pid, 0), 0);
  std::ofstream(home / "end") << "\n";
  ::waitpid(pid, nullptr, 0);
}

TEST_F(FileManagerTest, NamesTheFolderWhereNothingOpensIt) {
  tool("xdg-open");
  const auto without_desktop = show_in_file_manager(file);
  ASSERT_FALSE(without_desktop);
  EXPECT_EQ(without_desktop.error().message,
            "There is no desktop here to open it on; the folder is " + folder.string());
  EXPECT_EQ(content("called"), "(no such file)");

  set("DISPLAY", ":9");
  tool("xdg-open", "exit 4");
  const auto failed = show_in_file_manager(file);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "No file manager could be opened here; the folder is " + folder.string());
}

TEST_F(FileManagerTest, SaysWhenTheFolderIsGone) {
  set("DISPLAY", ":9");
  tool("xdg-open");
  const auto gone = show_in_file_manager(home / "a\x1b[31m" / "b.jsonl");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message, "The folder is gone: " + home.string() + "/a␛[31m");
}

}  // namespace
}  // namespace panko
