#!/usr/bin/python3
"""The command line where no server is needed: help, usage, config, and what a local account gives."""

import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from throwaway import BUILD, Profile  # noqa: E402

COMMANDS = ["completion", "config", "count", "doctor", "folders", "keys", "move", "pending", "rebuild", "search", "show", "sync",
            "tag", "undo"]
NEED_CONFIG = [["count", "x"], ["doctor"], ["folders"], ["move", "x", "y"], ["pending"], ["rebuild", "--index"], ["search", "x"],
               ["show", "x@y"], ["sync"], ["tag", "+x", "--", "y"], ["undo"]]
USAGE = [
    ["search"], ["count"], ["show"], ["show", "a", "b"], ["config"], ["config", "chekc"],
    ["config", "check", "x"], ["config", "init", "a", "b"], ["config", "init", "no address"],
    ["search", "--limt", "3", "x"], ["search", "--limit"], ["sync", "--json=yes"], ["sync", "-x"],
    ["serch"], ["nothing", "here"], ["--nothing"], ["mailto:ada@example.org"], ["outbox"], ["undo", "x"], ["pending", "--retry", "--drop"],
]
ESCAPE = "\x1b]0;owned\x07\x1b[2J"
MAIL = f"""\
From: =?utf-8?q?Ada_=1b=5b2J?= <ada@example.org>
To: bob@example.org
Subject: Notes {ESCAPE} end
Date: Sun, 02 Nov 2025 14:02:00 +0000
Message-ID: <notes@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

The engine {ESCAPE} weaves.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="card.bin"
Content-Transfer-Encoding: base64

AAECAwT/
--b--
"""
REPLY = """\
From: Bob <bob@example.org>
Subject: Re: Notes
Date: Mon, 03 Nov 2025 14:02:00 +0000
Message-ID: <reply@example.org>
In-Reply-To: <notes@example.org>

Quite so.
"""


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="curlew-")
        self.addCleanup(scratch.cleanup)
        self.profile = Profile(scratch.name)
        self.addCleanup(self.profile.kill)
        self.config = self.profile.config

    def assert_ends(self, code, *arguments):
        done = self.profile.run(*arguments)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def assert_clean(self, text):
        self.assertFalse([c for c in text if (ord(c) < 32 and c != "\n") or ord(c) == 127], repr(text))


class Usage(Case):
    def test_help_names_every_command(self):
        text = self.assert_ends(0, "--help").stdout
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", text)

    def test_every_command_has_help(self):
        for command in COMMANDS:
            done = self.assert_ends(0, command, "--help")
            self.assertTrue(done.stdout.startswith(f"Usage: curlew {command}"))
            self.assertEqual(done.stderr, "")

    def test_version_names_the_libraries(self):
        text = self.assert_ends(0, "--version").stdout
        for library in ("GLib", "GMime", "GnuTLS", "libetpan", "libnotmuch", "SQLite", "ncurses"):
            self.assertIn(library, text)

    def test_wrong_usage_ends_with_2_and_a_sentence(self):
        for arguments in USAGE:
            with self.subTest(arguments):
                done = self.assert_ends(2, *arguments)
                self.assertTrue(done.stderr.startswith("curlew: "))
                self.assertEqual(done.stdout, "")

    def test_a_mistyped_word_is_told_with_its_neighbour(self):
        self.assertIn("'search'", self.assert_ends(2, "serch").stderr)
        self.assertIn("--limit", self.assert_ends(2, "search", "--limt", "3", "x").stderr)

    def test_no_config_ends_with_2_and_says_how_to_begin(self):
        for arguments in NEED_CONFIG:
            with self.subTest(arguments):
                done = self.assert_ends(2, *arguments)
                self.assertIn("No account yet. `curlew config init`", done.stderr)
                self.assertIn(str(self.config), done.stderr)

    def test_the_reader_off_a_terminal_ends_with_2(self):
        self.assertNotEqual(self.assert_ends(2).stderr, "")

    def test_foreign_text_on_the_command_line_is_cleaned(self):
        self.assert_clean(self.assert_ends(2, "nothing\x1b[2J", "x").stderr)


class Config(Case):
    def write(self, text, mode=0o600):
        self.config.write_text(text)
        self.config.chmod(mode)

    def test_init_writes_a_private_config_that_is_right(self):
        self.assert_ends(0, "config", "init", "ada@example.org")
        self.assertEqual(stat.S_IMODE(self.config.stat().st_mode), 0o600)
        self.assertIn("1 account, 0 mistakes", self.assert_ends(0, "config", "check").stdout)

    def test_init_never_writes_over_a_config(self):
        self.write("mine")
        self.assert_ends(1, "config", "init")
        self.assertEqual(self.config.read_text(), "mine")

    def test_init_makes_the_directories(self):
        self.config.parent.rmdir()
        self.assert_ends(0, "config", "init")
        self.assertEqual(stat.S_IMODE(self.config.parent.stat().st_mode), 0o700)

    def test_check_names_the_place_and_the_neighbour(self):
        self.write("account work {\n  incomming = \"imaps://x.org\"\n}\naccount home { incoming = local: }\n")
        done = self.assert_ends(1, "config", "check")
        self.assertIn("config:2:3: unknown option 'incomming' (did you mean 'incoming'?)", done.stdout)
        self.assertIn("1 account, 1 mistake", done.stdout)

    def test_check_names_mistakes_in_the_theme_that_is_chosen(self):
        self.write("account a { incoming = local: }\nui { theme = lihgt }\n")
        self.assertIn("there is no theme 'lihgt' (did you mean 'light'?)",
                      self.assert_ends(1, "config", "check").stdout)
        themes = self.config.parent / "themes"
        themes.mkdir()
        (themes / "mine").write_text("inherit = light\nstyle list.unred { }\nstyle top { fg = blu }\n")
        self.write("account a { incoming = local: }\nui { theme = mine }\n")
        done = self.assert_ends(1, "config", "check")
        self.assertIn("themes/mine:2:1: unknown style 'list.unred' (did you mean 'list.unread'?) (no mistake)",
                      done.stdout)
        self.assertIn("themes/mine:3:18: unknown colour 'blu' (did you mean 'blue'?)", done.stdout)
        self.assertIn("1 account, 1 mistake", done.stdout)

    def test_check_tells_what_is_not_used_yet_as_no_mistake(self):
        self.write("account a { incoming = local: leave-on-server = 14d }\n")
        done = self.assert_ends(0, "config", "check")
        self.assertIn("'leave-on-server' is not used yet", done.stdout)

    def test_keys_are_those_of_the_config(self):
        self.write('bind list { n = next-unread "gl" = "folder Lists" }\nbind all { z = quit Q = none }\n')
        answer = json.loads(self.assert_ends(0, "keys", "--json").stdout)
        self.assertEqual(answer["version"], 1)
        keys = {(row["pane"], row["command"], row["argument"]): row["keys"] for row in answer["keys"]}
        self.assertEqual(keys["list", "next-unread", None], ["n", "Tab"])
        self.assertEqual(keys["list", "folder", "Lists"], ["gl"])
        self.assertEqual(keys["all", "quit", None], ["z"])
        self.assertNotIn(("reader", "quit", None), keys)
        text = self.assert_ends(0, "keys").stdout
        self.assertRegex(text, r"(?m)^  n Tab +next-unread +to the next unread")
        self.assertRegex(text, r"(?m)^  gl +folder Lists +open a folder")

    def complete(self, *words):
        """What bash offers for the last of these words."""
        script = ('source <(curlew completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  'curlew() { printf %s "$FOLDERS"; }; _curlew; printf "%s\\n" "${COMPREPLY[@]}"')
        names = [("work", "INBOX"), ("work", "My Lists"), ("home", "$(touch pwned)"), ("home", 'a"b')]
        rows = [{"account": account, "name": name} for account, name in names]
        done = subprocess.run(["bash", "-c", script, "bash", "curlew", *words], capture_output=True, text=True,
                              timeout=60, cwd=self.profile.home, check=False,
                              env={**self.profile.environment, "PATH": f"{BUILD}:{os.environ['PATH']}",
                                   "FOLDERS": json.dumps({"folders": rows}, indent=1)})
        self.assertEqual(done.stderr, "")
        return done.stdout.split("\n")[:-1]

    def test_bash_completes_commands_options_accounts_and_folders(self):
        self.assertEqual(self.complete("co"), ["completion", "config", "count"])
        self.assertEqual(self.complete("sync", "--t"), ["--take-tags", "--trace"])
        self.assertEqual(self.complete("config", ""), ["init", "check", "--help"])
        self.assertIn("work", self.complete("sync", ""))
        self.assertEqual(self.complete("work/"), ["work/INBOX", r"work/My\ Lists"])
        self.assertEqual(self.complete("home/"), [r"home/\$\(touch\ pwned\)"])
        self.assertFalse((self.profile.home / "pwned").exists())

    def test_each_shell_knows_every_command_and_option(self):
        options = {name: re.findall(r"--([a-z-]+)", self.assert_ends(0, name, "--help").stdout)
                   for name in COMMANDS}
        for shell in ["bash", "zsh", "fish"]:
            script = self.assert_ends(0, "completion", shell).stdout
            for command in COMMANDS:
                self.assertIn(command, script)
                for option in options[command]:
                    with self.subTest(shell=shell, command=command, option=option):
                        self.assertRegex(script, rf"(--|-l ){option}\b")
        self.assert_ends(2, "completion", "tcsh")

    def manual(self, name):
        """The page without the marks of scdoc, and what a reader sees of it."""
        source = self.assert_ends(0, "--manual", name).stdout
        if shutil.which("scdoc"):
            done = subprocess.run(["scdoc"], input=source, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotRegex(source, r"(?m)^#.*\\", "a heading is taken as it stands")
        return re.sub(r"\\(.)|[*_]", lambda mark: mark.group(1) or "", source)

    def test_the_manual_names_every_command_option_and_key(self):
        page = self.manual("curlew.1")
        for command in COMMANDS:
            self.assertIn(f"## curlew {command}", page)
            for option in re.findall(r"--[a-z-]+", self.assert_ends(0, command, "--help").stdout):
                self.assertIn(f"\n{option}", page)
        for row in json.loads(self.assert_ends(0, "keys", "--json").stdout)["keys"]:
            with self.subTest(row=row):
                keys = " ".join(row["keys"])
                self.assertIn(f"{keys or ':'} ({row['command']})\n", page)
        self.assert_ends(2, "--manual")

    def test_the_manual_names_every_option_of_the_config(self):
        self.assert_ends(0, "config", "init")
        page = self.manual("curlew-config.5")
        options = re.findall(r"(?m)^[# ]*([a-z-]+) += ", self.config.read_text(encoding="utf-8"))
        self.assertGreater(len(options), 20)
        for option in options:
            with self.subTest(option=option):
                self.assertIn(f"\n{option} =", page)

    def test_check_names_mistakes_in_keys(self):
        self.write("account a { incoming = local: }\nbind list { x = nxt-unread }\n")
        done = self.assert_ends(1, "config", "check")
        self.assertIn("config:2:17: unknown command 'nxt-unread' (did you mean 'next-unread'?)", done.stdout)
        self.assertIn("1 account, 1 mistake", done.stdout)

    def test_a_password_in_a_readable_file_is_refused_with_its_mode(self):
        self.write("account a { incoming = imaps://a@x.org password = geheim }\n", 0o644)
        done = self.assert_ends(1, "config", "check")
        self.assertIn("0644", done.stdout)
        self.assertNotIn("geheim", done.stdout)

    def test_a_bad_account_does_not_stop_the_others(self):
        self.write("account a { incoming = loca: }\naccount b { incoming = local: }\n")
        done = self.assert_ends(0, "folders", "b")
        self.assertIn("config:1:24", done.stderr)
        self.assert_ends(2, "folders", "a")

    def test_check_without_a_config_says_so(self):
        self.assertIn("`curlew config init`", self.assert_ends(2, "config", "check").stderr)

    def test_an_unknown_account_is_told_with_its_neighbour(self):
        self.write("account work { incoming = local: }\n")
        self.assertIn("'work'", self.assert_ends(2, "sync", "wrok").stderr)


class Local(Case):
    """What needs the agent, the indexer and the mime helper, but no server."""

    def setUp(self):
        super().setUp()
        for program in ("curlew-agent", "curlew-index", "curlew-mime"):
            if not (BUILD / program).exists():
                self.skipTest(f"{program} is not built in {BUILD}")
        self.config.write_text("account home { email = ada@example.org incoming = local: }\n")
        self.config.chmod(0o600)
        inbox = self.profile.mail / "home/INBOX"
        for folder in ("cur", "new", "tmp"):
            (inbox / folder).mkdir(parents=True)
        (inbox / "cur/1.a.host:2,").write_text(MAIL)
        (inbox / "cur/2.b.host:2,S").write_text(REPLY)
        self.assert_ends(0, "sync")

    def test_sync_ends_with_one_done_an_account(self):
        lines = [json.loads(line) for line in self.assert_ends(0, "sync", "--json").stdout.splitlines()]
        self.assertEqual([line["event"] for line in lines].count("done"), 1)
        self.assertEqual(lines[-1]["event"], "done")
        self.assertEqual((lines[-1]["account"], lines[-1]["ok"], lines[-1]["error"]), ("home", True, None))

    def test_search_has_its_shape(self):
        found = self.profile.json("search", "--json", "engine")
        self.assertEqual((found["version"], found["query"], found["total"]), (1, "engine", 1))
        [message] = found["messages"]
        self.assertEqual(message["id"], "notes@example.org")
        self.assertRegex(message["thread"], "^[0-9a-f]{16}$")
        self.assertEqual(message["date"], 1762092120)
        self.assertEqual(message["tags"], ["attachment", "unread"])
        [copy] = message["copies"]
        self.assertEqual((copy["account"], copy["folder"]), ("home", "INBOX"))
        self.assertEqual(pathlib.Path(copy["file"]).read_text(), MAIL)

    def test_search_shows_what_the_store_has(self):
        inbox = self.profile.mail / "home/INBOX/cur"
        (inbox / "3.c.host:2,S").write_text(
            "From: Bob <bob@example.org>\nSubject: =?us-ascii?B?QQ==?= =?us-ascii?B?Yg==?= =?us-ascii?B?Yw?=\n"
            "Date: Sun, 28 Dec 1969 12:00:00 +0000\nMessage-ID: <old@example.org>\n\nLong ago, in plain words.\n")
        self.assert_ends(0, "sync")
        with contextlib.closing(sqlite3.connect(self.profile.state / "home/state.db")) as store:
            store.execute("UPDATE msg SET subject = 'As the store has it', date = 31600800 WHERE key = '3.c.host'")
            store.commit()
        [message] = self.profile.json("search", "--json", "id:old@example.org")["messages"]
        self.assertEqual((message["subject"], message["date"]), ("As the store has it", 31600800))
        [thread] = self.profile.json("search", "--json", "--output=threads", "id:old@example.org")["threads"]
        self.assertEqual((thread["subject"], thread["date"]), ("As the store has it", 31600800))
        line = self.assert_ends(0, "search", "id:old@example.org").stdout
        self.assertRegex(line, "^1971-01-0[12] .*Bob  +As the store has it$")

    def test_sync_says_that_another_program_holds_the_index(self):
        (self.profile.mail / "home/INBOX/cur/3.c.host:2,S").write_text(REPLY.replace("reply@", "third@"))
        with (self.profile.mail / ".notmuch/xapian/flintlock").open("r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX, 1)
            sync = subprocess.Popen([BUILD / "curlew", "sync", "--json"], env=self.profile.environment,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            for line in sync.stdout:
                event = json.loads(line)
                if event["event"] == "index":
                    break
        self.assertEqual((event["event"], event["account"], event["waits"]), ("index", "home", True))
        rest = [json.loads(line) for line in sync.stdout]
        self.assertEqual([one["waits"] for one in rest if one["event"] == "index"][-1], False)
        self.assertTrue(rest[-1]["ok"])
        sync.stdout.close()
        self.assertEqual(sync.wait(60), 0)

    def test_search_is_newest_first_and_limited(self):
        ids = [one["id"] for one in self.profile.json("search", "--json", "*")["messages"]]
        self.assertEqual(ids, ["reply@example.org", "notes@example.org"])
        found = self.profile.json("search", "--json", "--limit", "1", "*")
        self.assertEqual((found["total"], len(found["messages"])), (2, 1))

    def test_the_total_of_files_is_of_all_that_match(self):
        found = self.profile.json("search", "--json", "--output=files", "--limit", "1", "*")
        self.assertEqual((found["total"], len(found["files"])), (2, 1))
        lines = self.assert_ends(0, "search", "--output=files", "--limit", "1", "*").stdout.splitlines()
        self.assertEqual(lines, found["files"])

    def test_rebuild_takes_no_account_and_says_why(self):
        self.assertIn("one for all accounts", self.assert_ends(2, "rebuild", "--index", "home").stderr)
        self.assertIn("one for all accounts", self.assert_ends(0, "rebuild", "--help").stdout)

    def test_search_groups_threads(self):
        [thread] = self.profile.json("search", "--json", "--output=threads", "*")["threads"]
        self.assertEqual((thread["total"], thread["matched"]), (2, 2))
        self.assertEqual(thread["subject"], "Re: Notes")
        [thread] = self.profile.json("search", "--json", "--output=threads", "engine")["threads"]
        self.assertEqual((thread["total"], thread["matched"]), (2, 1))

    def test_search_lists_files(self):
        [file] = self.assert_ends(0, "search", "--output=files", "engine").stdout.splitlines()
        self.assertEqual(pathlib.Path(file).read_text(), MAIL)

    def test_a_bad_query_is_wrong_usage(self):
        self.assert_ends(2, "search", "from:/((/")

    def test_no_hit_is_no_failure(self):
        self.assertEqual(self.assert_ends(0, "search", "nothinglikethis").stdout, "")

    def test_nothing_of_a_mail_reaches_the_terminal_unclean(self):
        for arguments in (["search", "*"], ["show", "notes@example.org"], ["folders"],
                          ["search", "--output=threads", "*"], ["search", "--json", "*"],
                          ["show", "--json", "notes@example.org"], ["show", "--text", "notes@example.org"]):
            with self.subTest(arguments):
                self.assert_clean(self.assert_ends(0, *arguments).stdout)

    def test_raw_is_the_file_off_a_terminal_and_clean_on_one(self):
        self.assertEqual(self.assert_ends(0, "show", "--raw", "notes@example.org").stdout, MAIL)
        self.assert_clean(self.on_terminal("show", "--raw", "notes@example.org"))

    def on_terminal(self, *arguments):
        """stdout of curlew where that is a terminal."""
        ours, theirs = pty.openpty()
        child = subprocess.Popen([BUILD / "curlew", *arguments], env=self.profile.environment,
                                 stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.close(ours)
        self.assertEqual(child.wait(60), 0)
        return text.decode().replace("\r\n", "\n")

    def test_show_finds_by_every_form_of_the_id(self):
        for name in ("notes@example.org", "id:notes@example.org", "<notes@example.org>"):
            message = self.profile.json("show", "--json", name)
            self.assertEqual((message["version"], message["id"]), (1, "notes@example.org"))
            self.assertFalse(message["partial"])
            self.assertIsInstance(message["date"], int)
            self.assertEqual(message["copies"][0]["folder"], "INBOX")
            [attachment] = message["attachments"]
            self.assertEqual((attachment["name"], attachment["bytes"]), ("card.bin", 6))
        self.assertEqual(self.profile.json("show", "--json", "key:1.a.host")["id"], "notes@example.org")

    def test_show_works_without_the_index(self):
        self.profile.kill()
        for path in self.profile.mail.glob(".notmuch"):
            path.rename(self.profile.home / "away")
        message = self.profile.json("show", "--json", "notes@example.org")
        self.assertEqual(message["id"], "notes@example.org")
        self.assertIn("unread", message["tags"])

    def test_show_gives_a_part_decoded(self):
        [attachment] = self.profile.json("show", "--json", "notes@example.org")["attachments"]
        done = subprocess.run([BUILD / "curlew", "show", "--part", attachment["part"], "notes@example.org"],
                              env=self.profile.environment, capture_output=True, check=True)
        self.assertEqual(done.stdout, bytes([0, 1, 2, 3, 4, 255]))

    def test_show_of_nothing_fails_with_a_sentence(self):
        self.assertIn("no message", self.assert_ends(1, "show", "nobody@example.org").stderr)

    def test_count_and_folders_agree(self):
        self.assertEqual(self.profile.json("count", "--json", "*"),
                         {"version": 1, "messages": 2, "threads": 1, "unread": 1})
        [folder] = self.profile.json("folders", "--json")["folders"]
        self.assertEqual(folder, {"account": "home", "name": "INBOX", "role": "inbox", "messages": 2, "unread": 1})

    def test_rebuild_brings_a_lost_index_back(self):
        self.profile.kill()
        for path in self.profile.mail.glob(".notmuch"):
            path.rename(self.profile.home / "away")
        self.assert_ends(0, "rebuild", "--index")
        self.assertEqual(self.profile.json("count", "--json", "*")["messages"], 2)

    def test_doctor_checks_config_store_and_index(self):
        checks = self.profile.json("doctor", "--json")["checks"]
        self.assertEqual([(one["step"], one["ok"]) for one in checks],
                         [("config", True), ("store", True), ("index", True)])

    def damage_database(self):
        """Writes rubbish over a page of a state.db that was closed in order."""
        self.profile.wait_until_left(program="agent")
        with contextlib.closing(self.profile.database("home")) as database:
            [[page, size]] = database.execute(
                "SELECT rootpage,page_size FROM sqlite_schema,pragma_page_size WHERE name='m_key'")
        with (self.profile.state / "home/state.db").open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(bytes([0xa5]) * size)

    def test_a_damaged_state_database_is_named_by_doctor_and_set_aside_once_it_was_met(self):
        self.damage_database()
        done = self.assert_ends(1, "doctor")
        self.assertIn("BAD home store: the state database is damaged", done.stdout)
        self.assertIn("state.db", done.stdout)
        (self.profile.mail / "home/INBOX/new/3.c.host").write_text(REPLY.replace("reply@", "third@"))
        self.assertIn("the state database is damaged", self.assert_ends(1, "sync").stderr)
        self.profile.wait_until_left(program="agent")
        self.assert_ends(0, "sync")
        self.assertTrue(list((self.profile.state / "home").glob("state.db.damaged-*")))
        self.assertEqual(self.profile.json("folders", "--json")["folders"][0]["messages"], 3)
        self.assert_ends(0, "doctor")

    def test_a_state_database_that_cannot_be_read_is_no_empty_account(self):
        self.profile.kill()
        path = self.profile.state / "home/state.db"
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA user_version=99")
        whole = path.read_bytes()
        for data, words in ((whole, "another version"), (b"no database at all" * 500, "damaged")):
            path.write_bytes(data)
            with self.subTest(words):
                done = self.assert_ends(1, "folders", "--json")
                self.assertIn(words, done.stderr)
                self.assertEqual(json.loads(done.stdout)["folders"], [])
                self.assertIn(f"BAD home store: the state database is {words[:7]}",
                              self.assert_ends(1, "doctor").stdout.replace("of another", "another"))
                done = self.assert_ends(1, "search", "--json", "engine")
                self.assertIn(words, done.stderr)
                self.assertEqual(json.loads(done.stdout)["total"], 1)
                self.assertIn(words, self.assert_ends(1, "show", "notes@example.org").stderr)
                self.assert_ends(0, "count", "engine")

    def change_database(self, text):
        self.profile.kill()
        with contextlib.closing(sqlite3.connect(self.profile.state / "home/state.db")) as database:
            database.executescript(text)

    def bad_checks(self):
        return [one for one in json.loads(self.assert_ends(1, "doctor", "--json").stdout)["checks"] if not one["ok"]]

    def test_doctor_counts_anew(self):
        self.change_database("UPDATE folder SET unread=unread+1;")
        [bad] = self.bad_checks()
        self.assertEqual((bad["step"], bad["text"]), ("store", "the counts of 1 folder are wrong"))
        self.assertIn("curlew sync", bad["help"])
        self.change_database("UPDATE meta SET v=1000 WHERE k='recounted';")
        self.assert_ends(0, "sync")
        self.assert_ends(0, "doctor")

    def test_doctor_holds_the_index_against_the_folders(self):
        for change, words in (("UPDATE msg SET unsearchable='x' WHERE mid LIKE 'notes%';", "can be searched"),
                              ("UPDATE msg SET unsearchable=NULL,base=loc&~16,loc=loc&~16;", "unread in searches")):
            self.change_database(change)
            with self.subTest(words):
                [bad] = [one for one in self.bad_checks() if one["step"] == "index"]
                self.assertRegex(bad["text"], f"[12] .*{words}.* [12]")
                self.assertIn("curlew rebuild --index", bad["help"])

    def test_doctor_allows_for_what_waits_and_for_what_has_no_id(self):
        inbox = self.profile.mail / "home/INBOX"
        nameless = REPLY.replace("Message-ID: <reply@example.org>\n", "")
        (inbox / "cur/3.c.host:2,S").write_text(nameless)
        (inbox / "cur/4.d.host:2,").write_text(nameless)
        (inbox / "cur/5.e.host:2,S").write_text(MAIL)
        self.assert_ends(0, "sync")
        self.assert_ends(0, "doctor")
        self.change_database("INSERT INTO ixq(act,key,date) SELECT 3,key,0 FROM msg WHERE key='2.b.host';"
                             "UPDATE msg SET base=loc&~16,loc=loc&~16 WHERE key='2.b.host';")
        self.assertNotIn("index", [one["step"] for one in self.bad_checks()])

    def test_what_no_search_finds_is_named(self):
        file = self.profile.mail / "home/INBOX/cur/9.z.host:2,S"
        file.write_text("this is no mail\n")
        said = self.assert_ends(0, "sync").stderr
        self.assertIn("1 message is not searchable", said)
        self.assertIn("`curlew doctor home` names it", said)
        [line] = [one for one in self.assert_ends(0, "doctor").stdout.splitlines() if str(file) in one]
        self.assertRegex(line, "^ok home store: not searchable: /.*:2,S: .+")
        why = line.rpartition(": ")[2]
        self.assertIn(why, self.profile.json("show", "--json", "key:9.z.host")["unsearchable"])
        self.assertIsNone(self.profile.json("show", "--json", "notes@example.org")["unsearchable"])
        for number in range(20):
            (file.parent / f"8.{number}.host:2,S").write_text("this is no mail\n")
        self.assert_ends(0, "sync")
        self.assertEqual(self.assert_ends(0, "doctor").stdout.count("not searchable: "), 21)
        self.assertIn("not searchable: 1 more", self.assert_ends(0, "doctor").stdout)

    def test_folders_as_maildir_plus_plus_has_them_are_not_read_beside_plain_ones(self):
        for path in (".Sent", ".Lists.notmuch", "INBOX/.Drafts", ".nothing", "Archive"):
            (self.profile.mail / "home" / path).mkdir()
            if path != ".nothing":
                (self.profile.mail / "home" / path / "cur").mkdir()
        sentence = "3 folders are named .Folder (Maildir++) in "
        self.assertIn("home: " + sentence, self.assert_ends(0, "sync").stderr)
        self.assertIn("ok home store: " + sentence, self.assert_ends(0, "doctor").stdout)

    def test_sync_goes_on_when_its_agent_is_killed_before(self):
        self.profile.kill()
        self.assert_ends(0, "sync")

    def test_one_bad_account_makes_sync_fail_after_the_others(self):
        self.config.write_text(self.config.read_text() + "account bad { incoming = x }\n")
        done = self.assert_ends(1, "sync")
        self.assertIn("home: ", done.stdout)


if __name__ == "__main__":
    unittest.main()
