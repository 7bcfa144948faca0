"""What `cmake --install` and the Debian package put where."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from panko import BINARY

BUILD = pathlib.Path(BINARY).parent
FILES = {
    "bin/panko", "share/man/man1/panko.1", "share/panko/sample-session.jsonl", "lib/systemd/user/panko.service",
    "share/bash-completion/completions/panko", "share/zsh/vendor-completions/_panko",
    "share/fish/vendor_completions.d/panko.fish", "share/doc/panko/copyright", "share/doc/panko/protocol.md",
    "share/doc/panko/json.md",
}  # fmt: skip


class Install(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="pk-"))
        self.addCleanup(shutil.rmtree, self.place)

    def run_in_place(self, *command):
        result = subprocess.run(command, cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def files_below(self, top):
        return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}

    def assert_told_after_an_upgrade(self, postinst):
        daemon = subprocess.Popen(["panko", "60"], executable="/usr/bin/sleep")  # as far as pidof can tell
        try:
            self.assertIn("`panko serve --restart`", self.run_in_place(postinst, "configure", "0.0.1"))
        finally:
            daemon.kill()
            daemon.wait()
        self.assertEqual(self.run_in_place(postinst, "configure", ""), "", "a first installation")

    def test_install(self):
        self.run_in_place("cmake", "--install", BUILD, "--prefix", self.place / "usr")
        self.assertEqual(FILES - self.files_below(self.place / "usr"), set())
        self.assertIn("panko", self.run_in_place(self.place / "usr" / "bin" / "panko", "--version"))

    def test_package(self):
        self.run_in_place("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", self.place / "package")
        (package,) = (self.place / "package").glob("*.deb")
        self.run_in_place("dpkg-deb", "--extract", package, self.place / "root")
        self.assertEqual(FILES - self.files_below(self.place / "root" / "usr"), set())
        depends = self.run_in_place("dpkg-deb", "--field", package, "Depends")
        for library in ("libc6", "libsqlite3-0", "libsodium23", "libfmt9"):
            self.assertIn(library, depends)
        self.run_in_place("dpkg-deb", "--control", package, self.place / "control")
        self.assert_told_after_an_upgrade(self.place / "control" / "postinst")
        service = (self.place / "root" / "usr" / "lib" / "systemd" / "user" / "panko.service").read_text()
        self.assertIn("panko serve --foreground", service)


if __name__ == "__main__":
    unittest.main()
