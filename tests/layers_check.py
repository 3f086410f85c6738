#!/usr/bin/python3
"""The layers hold: includes point down, a library has one home, no part links what it must not."""

import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["index", "backend", "ui"]

# What a layer above may include of a layer; inside the layer everything but private headers of other folders.
FACES = {
    "index": {"build_id.h", "case_fold.h", "clean_text.h", "error.h", "header.h", "indexer.h", "json.h", "line_channel.h",
              "line_listener.h", "log.h", "maildir_name.h", "message.h", "paths.h", "process_lock.h",
              "query.h", "small_file.h", "tag_name.h"},
    "backend": {"account.h", "config.h", "envelopes.h", "error.h", "flag_word.h"},
}

# A program's main() may open the part it starts.
MAINS = {"ui/mime_main.c": {"index/mime"}, "index/main.c": {"index/indexer"}, "backend/main.c": {"backend"}}

# Library header → where it may be included.
HOMES = {
    r"notmuch\.h": ["index/query", "index/notmuch_open", "index/indexer/"],
    r"gmime/": ["index/indexer/gmime_subject", "index/mime/", "ui/mail/", "ui/mime_main.c"],
    r"sqlite3\.h": ["backend/store/", "backend/envelopes", "index/indexer/index_db"],
    r"libetpan/": ["backend/wire/"],
    r"gnutls/": ["backend/wire/"],
    r"nettle/": ["index/digest"],
    r"libxml/": ["index/mime/"],
    r"n?curses": ["ui/screen/canvas", "ui/screen/terminal", "ui/screen/theme"],
    r"json-glib/": ["index/json"],
}

# The sync core decides; it sees no socket, file or clock.
CORE_FORBIDDEN = r"sys/|unistd\.h|fcntl\.h|time\.h|dirent\.h|poll\.h|gio/|glib/gstdio|sqlite3|libetpan|gnutls"

# Program → shared libraries it must not need.
FORBIDDEN_LIBRARIES = {
    "curlew": ["libetpan", "libgnutls.so", "libgmime", "libxml2"],
    "curlew-agent": ["libnotmuch", "libgmime", "libxml2", "libncurses"],
    "curlew-index": ["libetpan", "libncurses", "libxml2"],
    "curlew-mime": ["libetpan", "libnotmuch", "libncurses", "libsqlite3"],
}


def sources():
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.[ch]")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def includes(text, quotes):
    pattern = r'^\s*#\s*include\s*"([^"]+)"' if quotes else r"^\s*#\s*include\s*<([^>]+)>"
    return re.findall(pattern, text, re.MULTILINE)


class Layers(unittest.TestCase):
    def test_includes_stand_from_the_root_and_point_down(self):
        for name, text in sources():
            own = name.split("/")[0]
            for included in includes(text, quotes=True):
                layer = included.split("/")[0]
                with self.subTest(file=name, included=included):
                    self.assertIn(layer, LAYERS, "includes are written from the root")
                    self.assertTrue((ROOT / included).exists())
                    self.assertLessEqual(LAYERS.index(layer), LAYERS.index(own))

    def test_a_layer_above_sees_only_faces(self):
        for name, text in sources():
            own = name.split("/")[0]
            allowed = MAINS.get(name, set())
            for included in includes(text, quotes=True):
                folder, file = included.rsplit("/", 1)
                layer = included.split("/")[0]
                if layer == own or any(folder.startswith(one) for one in allowed):
                    continue
                with self.subTest(file=name, included=included):
                    self.assertEqual(folder, layer, "only what lies at the top of a layer is a face")
                    self.assertIn(file, FACES[layer])

    def test_private_headers_stay_in_their_folder(self):
        for name, text in sources():
            for included in includes(text, quotes=True):
                if included.endswith("_private.h"):
                    with self.subTest(file=name, included=included):
                        self.assertEqual(os.path.dirname(included), os.path.dirname(name))

    def test_a_library_has_one_home(self):
        for name, text in sources():
            for included in includes(text, quotes=False):
                for pattern, homes in HOMES.items():
                    if re.match(pattern, included):
                        with self.subTest(file=name, library=included):
                            self.assertTrue(any(name.startswith(home) for home in homes))

    def test_the_core_is_pure(self):
        for name, text in sources():
            if not name.startswith("backend/core/"):
                continue
            for included in includes(text, quotes=False) + includes(text, quotes=True):
                with self.subTest(file=name, included=included):
                    self.assertIsNone(re.match(CORE_FORBIDDEN, included))
            self.assertNotRegex(text, r"g_get_(real|monotonic)_time|g_file_|g_random")

    def test_nothing_runs_a_shell(self):
        for name, text in sources():
            with self.subTest(file=name):
                self.assertNotRegex(text, r"\b(system|popen)\s*\(|g_spawn_command_line|\"/bin/sh\"")


class Programs(unittest.TestCase):
    def test_programs_need_only_what_their_part_may_use(self):
        build = pathlib.Path(os.environ.get("CURLEW_BUILD", ROOT / "build"))
        for program, forbidden in FORBIDDEN_LIBRARIES.items():
            if not (build / program).exists():
                self.skipTest(f"{program} is not built in {build}")
            out = subprocess.run(["readelf", "-d", build / program], check=True, capture_output=True, text=True)
            needed = re.findall(r"\(NEEDED\).*\[(.*)\]", out.stdout)
            for library in forbidden:
                with self.subTest(program=program, library=library):
                    self.assertFalse([one for one in needed if one.startswith(library)])


if __name__ == "__main__":
    unittest.main()
