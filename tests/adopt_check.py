#!/usr/bin/python3
"""A tree that mbsync or Dovecot made of a server's mail is taken as it is, in its own form, and mbsync can go on with it."""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import CHANGING, login, mail  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from throwaway import Profile, maildir  # noqa: E402

EACH = 6
# on the server, in a tree of plain folders, and as Maildir++ has it
FOLDERS = [("INBOX", "INBOX", ""), ("Archive", "Archive", ".Archive"), ("Archive/2024", "Archive/2024", ".Archive.2024"),
           ("Entw&APw-rfe", "Entw&APw-rfe", ".Entw&APw-rfe"), ("Lists/notmuch", "Lists/notmuch", ".Lists.notmuch"),
           ("INBOX/Sub", "INBOX/Sub", "..Sub"), ("New", "New", ".New")]

MBSYNCRC = """\
IMAPAccount work
Host 127.0.0.1
Port {port}
User ada
Pass pw
SSLType None
AuthMechs LOGIN

IMAPStore far
Account work

MaildirStore near
{path}
Inbox {tree}/{inbox}
SubFolders {form}

Channel work
Far :far:
Near :near:
Patterns *
Create Near
SyncState *
CopyArrivalDate yes
"""


def numbers(folder):
    """Of the messages that it has, which come in the order of FOLDERS."""
    first = [name for name, *_ in FOLDERS].index(folder) * EACH
    return range(first + 1, first + EACH + 1)


class Tree(unittest.TestCase):
    """A server with mail in all FOLDERS; its odd ones are read."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        self.place.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        user = self.place / "ada"
        for folder, *_ in FOLDERS:
            cur = user / ("" if folder == "INBOX" else f".{folder.replace('/', '.')}") / "cur"
            cur.mkdir(parents=True)
            for number in numbers(folder):
                name = f"{1000000000 + number}.M{number}.here:2,{'S' if number % 2 else ''}"
                (cur / name).write_bytes(mail(number))
        self.server = Dovecot(self.place, {"ada": user}).start()
        self.addCleanup(self.server.kill)
        self.profile = Profile(self.place / "profile")
        self.addCleanup(self.profile.kill)
        self.profile.write_config(
            self.profile.account("work", f"imaps://ada@localhost:{self.server.imaps}", self.server.ca))
        self.tree = self.profile.mail / "work"
        self.tree.mkdir(parents=True)

    def sync(self, code=0):
        """Its protocol, and what it says."""
        self.profile.wait_until_left(program="agent")
        trace = self.profile.home / "trace"
        trace.unlink(missing_ok=True)
        done = self.profile.run("sync", "--trace", str(trace))
        self.assertEqual(done.returncode, code, f"{done.stdout}{done.stderr}")
        return trace.read_text(errors="replace") if trace.exists() else "", done.stdout + done.stderr

    def assert_nothing_moves(self, trace):
        self.assertEqual([line for line in trace.split("\n") if CHANGING.search(line)], [])

    def files(self):
        """path → (content, time) of all files of the tree."""
        return {path.relative_to(self.tree).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(),
                                                         int(path.stat().st_mtime))
                for path in self.tree.rglob("*") if path.is_file()}

    def directories(self):
        return sorted(path.parent.relative_to(self.tree).as_posix() for path in self.tree.rglob("cur"))

    def notmuch(self, *words):
        config = self.profile.home / "notmuch-config"
        config.write_text(f"[database]\npath={self.profile.mail}\n[new]\ntags=unread;inbox\nignore=/[.].*state/\n")
        done = subprocess.run(["notmuch", f"--config={config}", *words], env=self.profile.environment,
                              capture_output=True, text=True, check=True)
        return done.stdout

    def tags(self):
        return sorted(self.notmuch("dump", "--format=batch-tag").splitlines())

    def on_server(self):
        """folder → sorted [(number, flags)]."""
        found = {}
        with login(self.server.imap) as imap:
            for folder, *_ in FOLDERS:
                imap.select(f'"{folder}"', readonly=True)
                _, data = imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
                found[folder] = sorted(
                    (int(re.search(rb"<m(\d+)@", part[1])[1]),
                     re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().replace("\\Recent", "").strip())
                    for part in data if isinstance(part, tuple))
        return found

    def adopt(self, *made):
        """All of it, at once and as it is; directories are MADE."""
        self.notmuch("new")
        self.notmuch("tag", "+kept", "--", "id:m1@example.org", "or", "id:m9@example.org")
        files, tags, server, directories = self.files(), self.tags(), self.on_server(), self.directories()
        trace, _ = self.sync()
        self.assert_nothing_moves(trace)
        self.assertEqual(self.files(), files)
        self.assertEqual(self.tags(), tags)
        self.assertEqual(self.on_server(), server)
        self.assertEqual(self.directories(), sorted([*directories, *made]))
        counted = {one["name"]: one["messages"] for one in self.profile.json("folders", "--json")["folders"]}
        self.assertEqual({name: count for name, count in counted.items() if count},
                         {name.replace("Entw&APw-rfe", "Entwürfe"): EACH for name, *_ in FOLDERS})
        # which of them the server never heard of is asked, not told
        pending = self.profile.json("pending", "--json")["pending"]
        self.assertEqual({(one["id"], one["what"], one["asked"]) for one in pending},
                         {("m1@example.org", "flags", True), ("m9@example.org", "flags", True)})
        self.assertEqual(self.profile.run("doctor").returncode, 0)
        trace, said = self.sync()
        self.assertNotIn("HEADER.FIELDS", trace)
        self.assertNotIn("mbsync", said)

    def make_on_server(self, folder, number):
        with login(self.server.imap) as imap:
            imap.create(f'"{folder}"')
            imap.append(f'"{folder}"', "", None, mail(number))


@unittest.skipUnless(shutil.which("mbsync"), "mbsync (package isync) is not here")
class OfMbsync(Tree):
    def mbsync(self, form):
        path, inbox = (f"Path {self.tree}/", "INBOX") if form == "Verbatim" else ("#", "")
        rc = self.place / "mbsyncrc"
        rc.write_text(MBSYNCRC.format(port=self.server.imap, path=path, tree=self.tree, inbox=inbox, form=form))
        done = subprocess.run(["mbsync", "-c", rc, "work"], env=self.profile.environment, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def place_of(self, folder, form):
        [(_, plain, dotted)] = [one for one in FOLDERS if one[0] == folder]
        return self.tree / (plain if form == "Verbatim" else dotted)

    def adopt_and_use(self, form, new_place):
        self.mbsync(form)
        self.adopt()
        # a folder that comes is made as the others are
        self.make_on_server("Lists/curlew", 99)
        self.sync()
        self.assertEqual(len(maildir(self.tree / new_place)), 1)
        self.go_on_with_mbsync(form)

    def go_on_with_mbsync(self, form):
        """What both know: flags either way, and nothing twice."""
        self.assertEqual(self.profile.run("tag", "+flagged", "--", "id:m2@example.org").returncode, 0)
        self.sync()
        with login(self.server.imap) as imap:
            imap.select("Archive/2024")
            imap.uid("STORE", "2", "+FLAGS", "\\Answered")
        server = self.on_server()
        self.assertEqual(dict(server["INBOX"])[2], "\\Flagged")
        self.assertIn("work store: mbsync has used ", self.profile.run("doctor").stdout)
        self.mbsync(form)
        self.assertEqual(self.on_server(), server)
        _, said = self.sync()
        self.assertIn(f"work: mbsync still uses {self.tree}: let one of both alone fetch new mail", said)
        self.assertEqual(self.on_server(), server)
        for folder, found in server.items():
            flags = sorted(flags for _, flags, _ in maildir(self.place_of(folder, form)))
            letters = {"": "", "\\Seen": "S", "\\Flagged": "F", "\\Answered": "R"}
            self.assertEqual(flags, sorted("".join(letters[flag] for flag in flags.split(" ")) for _, flags in found))

    def test_plain_folders(self):
        self.adopt_and_use("Verbatim", "Lists/curlew")

    def test_as_maildir_plus_plus_has_them(self):
        self.adopt_and_use("Maildir++", ".Lists.curlew")

    def test_neither_is_left_alone_and_said_so(self):
        self.mbsync("Verbatim")
        other = self.tree / ".Archive/cur"
        other.mkdir(parents=True)
        (other / "1000000003.M3.here:2,").write_bytes(mail(3))
        files, directories = self.files(), self.directories()
        for _ in range(2):
            trace, said = self.sync(code=1)
            self.assert_nothing_moves(trace)
            self.assertRegex(said, r"work: .*The mail in .*/work cannot be taken as it is: .*Maildir\+\+.*Have all")
        self.assertEqual(self.files(), files)
        self.assertEqual(self.directories(), directories)
        self.assertIn("cannot be taken as it is", self.profile.run("doctor").stdout)
        done = self.profile.run("tag", "+flagged", "--", "*")
        self.assertNotEqual(done.returncode, 0)
        shutil.rmtree(other.parent)
        self.adopt()


class OfDovecot(Tree):
    def test_its_own_tree(self):
        """As it lies on a server's disk, with its lists and indexes."""
        with login(self.server.imap) as imap:
            for folder, *_ in FOLDERS:
                imap.select(f'"{folder}"')
            imap.subscribe("Archive")
        self.server.stop()
        shutil.copytree(self.place / "ada", self.tree, dirs_exist_ok=True)
        self.server.start()
        self.assertTrue((self.tree / "dovecot-uidlist").exists())
        self.adopt(".Drafts", ".Junk", ".Sent", ".Trash")
        self.make_on_server("Lists/curlew", 99)
        self.sync()
        self.assertEqual(len(maildir(self.tree / ".Lists.curlew")), 1)
        # notmuch knows the copies by the directory in which they are
        self.assertEqual(self.profile.run("move", "work/Archive", "--", "folder:work/.Lists.notmuch").returncode, 0)
        self.sync()
        self.assertEqual(len(maildir(self.tree / ".Archive")), 2 * EACH)


if __name__ == "__main__":
    unittest.main()
