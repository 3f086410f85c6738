#!/usr/bin/python3
"""What the torture manifest and expected.json say of listing and reading a mail, through curlew's own commands: a local
account of all those mails, its list, what `show` says of each, its threads; and what the mime helper does to the system
while it reads them. tests/mime_*_check.py ask the helper alone, tests/screen_corpus_test.c the screen."""

import calendar
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mime_torture_check  # noqa: E402
from mime_helper import Helper  # noqa: E402
from throwaway import BUILD, FULL, SHARED, Profile  # noqa: E402

GENERATOR = SHARED / "tools/make_torture.py"
CORPUS = SHARED / "corpus"
EACH = 4
ALL_OF = {"escape", "control"}  # classes whose mails are all shown
ROW = ("subject", "from_name", "from_addr", "mid", "date")
CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")

# Every key that a check of the manifest may have, and which test holds it.
HELD_BY = {
    "no_control": "nothing_unclean_is_printed; all of the screen: screen_corpus_test.c",
    "no_bidi_raw": "nothing_unclean_is_printed",
    "contains": "each_mail_reads_as_the_manifest_says",
    "not_contains": "each_mail_reads_as_the_manifest_says",
    "subject": "the_list_…, each_mail_…",
    "from_name": "the_list_…, each_mail_…",
    "from_addr": "the_list_…, each_mail_…",
    "message_id": "the_list_…, each_mail_…",
    "date_utc": "the_list_…, each_mail_…",
    "attachments": "each_mail_reads_as_the_manifest_says",
    "no_network": "reading_calls_nobody_and_starts_nothing",
    "no_exec": "reading_calls_nobody_and_starts_nothing",
    "no_auto_send": "reading_calls_nobody_and_starts_nothing",
    "threads": "threads_are_whole",
}
# What no program here can judge, and why.
NOT_HELD = {
    "save_inside": "saving is a deed of the screen: save_test.c and screen_reader_test.c hold it with such names",
    "must, must_not": "sentences for a person; what a program can tell of them are the keys above",
    "limits": "no test is timed: ./dev bench corpus measures each mail",
    "attachments of message-partial/": "pieces are not joined, which the manifest leaves open",
}

# file: why what is listed or read is not what the manifest, or expected.json, says.
SORTED = "a date before 1970 or far ahead does not sort: the file's does; the reader shows it"
CLIPPED = "a list keeps the beginning of a long subject"
LISTED_OTHERWISE = {
    "date-1969.eml": SORTED,
    "date-2106.eml": SORTED,
    "date-year-9999.eml": SORTED,
    "header-one-of-10mb.eml": mime_torture_check.EXCEPTIONS["header-one-of-10mb.eml"],
    "header-subject-20000-encoded-words.eml": CLIPPED,
    "headers-100000.eml": mime_torture_check.EXCEPTIONS["headers-100000.eml"],
    "subject-too-long-word.eml": CLIPPED,
}
EXPECTED_OTHERWISE = {
    "flanker/long-header.eml": CLIPPED,
    "libetpan/imf__data__messages__folded-comments-rfc822.eml": SORTED,
    "ruby-mail/rfc2822__example04.eml": SORTED,
}
READ_OTHERWISE = mime_torture_check.EXCEPTIONS


def fill(profile, sources):
    """An account of copies of these files. {source: key of its copy}."""
    profile.write_config(profile.account("home", "local:"))
    inbox = profile.mail / "home/INBOX"
    for name in ("cur", "new", "tmp"):
        (inbox / name).mkdir(parents=True)
    keys = {}
    for number, source in enumerate(sources):
        key = f"{1700000000 + number}.n{number}.host"
        shutil.copy(source, inbox / f"cur/{key}:2,S")
        keys[source] = key
    done = profile.run("sync")
    if done.returncode:
        raise AssertionError(done.stderr)
    return keys


def listed(profile, keys):
    """{source: what the folder's list shows of it}, from the account's store, which has each copy apart."""
    with contextlib.closing(profile.database("home")) as database:
        rows = {key: dict(zip(ROW, row)) for key, *row in database.execute(f"SELECT key,{','.join(ROW)} FROM msg")}
    return {source: rows[key] for source, key in keys.items()}


def blanks(text):
    return re.sub(r"\s+", " ", text or "").strip()


def row_faults(row, want):
    """WANT: what a check or expected.json says; absent keys are not asserted."""
    date = want.get("date_utc")
    told = {"subject": want.get("subject"), "from_name": want.get("from_name"), "from_addr": want.get("from_addr"),
            "mid": want.get("message_id"), "date": date and calendar.timegm(time.strptime(date, "%Y-%m-%dT%H:%M:%SZ"))}
    for column, value in told.items():
        got, value = (blanks(text) if isinstance(text, str) else text for text in (row[column], value))
        if value and got != value:
            yield f"{column}: {got!r}, not {value!r}"


class Case(unittest.TestCase):
    def assert_explained(self, faults, explained):
        """FAULTS: {file: why}; each must be in EXPLAINED, and the other way round."""
        untold = {file: why for file, why in faults.items() if file not in explained}
        stale = [file for file in explained if file not in faults]
        self.assertFalse(untold, "\n".join(f"{file}: {why}" for file, why in untold.items()))
        self.assertFalse(stale, "holds now, take it off the table")


@unittest.skipUnless(GENERATOR.exists(), "no generator here")
class Torture(Case):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="curlew-")
        cls.addClassCleanup(scratch.cleanup)
        cls.made = pathlib.Path(scratch.name) / "made"
        subprocess.run([sys.executable, GENERATOR, "--no-huge", cls.made], check=True, stdout=subprocess.DEVNULL)
        cls.manifest = json.loads((cls.made / "manifest.json").read_text())
        cls.entries = {cls.made / entry["file"]: entry for entry in cls.manifest["files"]}
        cls.sources = sorted(path for path in cls.made.rglob("*") if path.is_file() and path.name != "manifest.json")
        cls.profile = Profile(pathlib.Path(scratch.name) / "profile")
        cls.addClassCleanup(cls.profile.kill)
        cls.keys = fill(cls.profile, cls.sources)
        cls.rows = listed(cls.profile, cls.keys)

    def single(self):
        """(source, entry) of each entry that is one mail."""
        return [(path, entry) for path, entry in self.entries.items() if path in self.keys]

    def some(self):
        """Every fourth of them, and those that are named; with CURLEW_FULL all: each costs a process or two."""
        return [(path, entry) for number, (path, entry) in enumerate(self.single())
                if FULL or number % EACH == 0 or entry["file"] in READ_OTHERWISE or entry["class"] in ALL_OF]

    def test_every_key_of_the_manifest_is_held_or_named(self):
        keys = {key for entry in self.entries.values() for key in entry["check"]}
        self.assertFalse(keys - set(HELD_BY) - set(NOT_HELD))
        self.assertFalse(set(HELD_BY) - keys)

    def test_every_mail_is_in_its_folder(self):
        [folder] = self.profile.json("folders", "--json")["folders"]
        self.assertEqual(folder["messages"], len(self.sources))

    def test_the_list_says_what_the_manifest_says(self):
        faults = {entry["file"]: why for path, entry in self.single()
                  for why in [list(row_faults(self.rows[path], entry["check"]))] if why}
        self.assert_explained(faults, LISTED_OTHERWISE)

    def test_each_mail_reads_as_the_manifest_says(self):
        faults = {}
        for path, entry in self.some():
            message = self.profile.json("show", "--json", f"key:{self.keys[path]}")
            why = list(mime_torture_check.faults(message, entry["check"]))
            if why:
                faults[entry["file"]] = why
        self.assert_explained(faults, READ_OTHERWISE)

    def test_nothing_unclean_is_printed(self):
        texts = {"search": self.profile.run("search", "--limit", "1000000", "*").stdout}
        for path, entry in self.some():
            texts[entry["file"]] = self.profile.run("show", f"key:{self.keys[path]}").stdout
        for file, text in texts.items():
            for unclean in (CONTROL, BIDI):
                found = unclean.search(text)
                self.assertIsNone(found, f"{file}: {found and ascii(text[max(found.start() - 40, 0):found.end() + 40])}")

    def test_threads_are_whole(self):
        groups = [group for entry in self.entries.values() for group in entry["check"].get("threads", [])]
        for group in groups:
            query = " or ".join(f"id:{name}" for name in group)
            [thread] = self.profile.json("search", "--json", "--output=threads", query)["threads"]
            self.assertEqual((thread["total"], thread["matched"]), (len(group), len(group)))
        self.assertEqual(len(groups), 2)

    def test_copies_of_one_message_id_are_each_themselves(self):
        for name in ("one", "two"):
            message = self.profile.json("show", "--json", f"key:{self.keys[self.made / f'msgid-duplicate/{name}.eml']}")
            self.assertEqual((message["subject"], message["text"].strip()), (f"dup {name}", f"content {name.upper()}"))


@unittest.skipUnless(GENERATOR.exists() and shutil.which("strace"), "no generator or no strace here")
class System(Case):
    def test_reading_calls_nobody_and_starts_nothing(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as scratch:
            place = pathlib.Path(scratch)
            subprocess.run([sys.executable, GENERATOR, "--no-huge", place / "made"], check=True,
                           stdout=subprocess.DEVNULL)
            program = place / "traced"
            program.write_text(f"#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec strace -f -o {place}/log "
                               f"-e trace=execve,fork,vfork,connect,sendto,sendmsg,bind {BUILD}/curlew-mime\n")
            program.chmod(0o755)
            with Helper(program) as helper:
                for path in sorted((place / "made").glob("*.eml")):
                    helper.ask(do="show", file=str(path), width=80)
            calls = [line for line in (place / "log").read_text().splitlines() if "(" in line]
            self.assertIn("curlew-mime", calls.pop(0))
            self.assertFalse(calls)


@unittest.skipUnless((CORPUS / "expected.json").exists(), "no corpus here")
class Corpus(Case):
    def test_the_list_says_what_expected_json_says(self):
        entries = json.loads((CORPUS / "expected.json").read_text())["messages"]
        with tempfile.TemporaryDirectory(prefix="curlew-") as scratch, Profile(scratch) as profile:
            rows = listed(profile, fill(profile, [CORPUS / entry["file"] for entry in entries]))
        faults = {entry["file"]: why for entry in entries
                  for why in [list(row_faults(rows[CORPUS / entry["file"]], entry))] if why}
        self.assert_explained(faults, EXPECTED_OTHERWISE)


if __name__ == "__main__":
    unittest.main()
