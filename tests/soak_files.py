"""Those who work on this disk in a soak (soak_check.py): programs on curlew's tree and index, mbsync, curlew itself."""

import contextlib
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import FLAG_TAGS, LETTERS, files_of, mail  # noqa: E402
from soak_actors import FLAGS, KEYWORDS, Actor  # noqa: E402

LETTER_OF = {flag: letter for letter, flag in LETTERS.items()}
TAG_OF = {flag: tag for tag, flag in FLAG_TAGS.items()} | {word: word for word in KEYWORDS} | {"\\Seen": "unread"}
MBSYNC = """\
IMAPStore far
Host 127.0.0.1
Port {port}
User {user}
Pass pw
SSLType None
AuthMechs LOGIN

MaildirStore near
Path {tree}/
Inbox {tree}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Expunge Both
SyncState *
"""


def tag_edit(word, is_set):
    """What `tag` is told, to set this word."""
    return ("-" if is_set == (word == "\\Seen") else "+") + TAG_OF[word]


class Files(Actor):
    """Another program on the Maildirs below `root`."""
    words = FLAGS

    def choose(self):
        """(path, number), or None: there is nothing, or it went meanwhile."""
        paths = list(files_of(self.root, self.folder()))
        if paths:
            path = self.random.choice(paths)
            with contextlib.suppress(FileNotFoundError):
                return path, int(re.search(rb"<m(\d+)@", path.read_bytes())[1])
        return None

    def put(self, path, to):
        """False: it went meanwhile, or there is no such folder yet."""
        with contextlib.suppress(FileNotFoundError):
            path.rename(to)
            return True
        return False

    def flag(self):
        if not (chosen := self.choose()):
            return
        path, number = chosen
        is_set, word = self.change()
        key, _, letters = path.name.partition(":2,")
        letters = set(letters) | {LETTER_OF[word]} if is_set else set(letters) - {LETTER_OF[word]}
        to = path.parent.parent / "cur" / f"{key}:2,{''.join(sorted(letters))}"
        if self.put(path, to):
            self.ledger.touch(self.name, number, [word], is_set)
            self.note("flag", number, f"{path} {to.name}")

    def move(self):
        if not (chosen := self.choose()):
            return
        path, number = chosen
        to = self.root / self.folder() / path.parent.name / self.name_of_moved(path.name)
        if self.put(path, to):
            self.note("move", number, f"{path} {to}")
            self.moved(number)


class Tree(Files):
    """On curlew's tree and its index."""
    name = "tree"
    acts = {"flag": 8, "move": 7, "remove": 1, "copy": 1, "drop": 2, "tag": 6}

    def __init__(self, ledger, seed, profile):
        super().__init__(ledger, seed)
        self.root = profile.mail / "work"
        config = profile.home / "notmuch-soak"
        config.write_text(f"[database]\npath={profile.mail}\n[user]\nname=Ada\nprimary_email=ada@example.org\n")
        self.environment = {**profile.environment, "NOTMUCH_CONFIG": str(config)}
        self.names = 0

    def new_name(self):
        self.names += 1
        return f"1000000000.M{self.names}P9.other"

    def moved(self, number):
        self.ledger.local_moves[number] += 1

    def name_of_moved(self, name):
        """As `mv` does it, or a mail reader."""
        return name if self.random.random() < 0.7 else self.new_name() + ":2," + name.partition(":2,")[2]

    def remove(self):
        if chosen := self.choose():
            path, number = chosen
            self.ledger.mixed.add(number)
            self.ledger.local_removals[number] += 1
            self.note("remove", number, path)
            path.unlink(missing_ok=True)

    def copy(self):
        if not (chosen := self.choose()):
            return
        path, number = chosen
        to = self.root / self.folder() / "cur" / f"{self.new_name()}:2,"
        with contextlib.suppress(FileNotFoundError):
            to.write_bytes(path.read_bytes())
            self.ledger.mixed.add(number)
            self.ledger.local_copies[number] += 1
            self.note("copy", number, f"{path} {to}")

    def drop(self):
        words = self.some_words(FLAGS)
        to = self.root / self.folder() / "cur" / f"{self.new_name()}:2,{''.join(sorted(LETTER_OF[word] for word in words))}"
        if to.parent.is_dir():
            number = self.ledger.make(words)
            self.ledger.local_copies[number] += 1
            self.note("drop", number, to)
            to.write_bytes(mail(number).replace(b"\r\n", b"\n"))

    def tag(self):
        """By the program notmuch, which renames the files, too."""
        if not (chosen := self.choose()):
            return
        number = chosen[1]
        is_set, word = self.random.random() < 0.6, self.random.choice(FLAGS + KEYWORDS)
        query = f"id:m{number}@example.org"
        self.ledger.note("notmuch", "tag", number, tag_edit(word, is_set))
        self.notmuch("tag", tag_edit(word, is_set), "--", query)
        if self.notmuch("count", query).strip() == "1":
            self.ledger.touch("notmuch", number, [word], is_set)

    def notmuch(self, *words):
        return subprocess.run(["notmuch", *words], env=self.environment, check=True, capture_output=True, text=True).stdout


class Mbsync(Files):
    """mbsync with a tree of its own, in which another program works between its runs."""
    name, user = "mbsync", "eve"
    pause = 1.0
    acts = {"sync": 5, "flag": 3, "move": 1}

    def __init__(self, ledger, seed, place, port):
        super().__init__(ledger, seed)
        self.root = place / "mbsync"
        self.root.mkdir()
        self.config = place / "mbsyncrc"
        self.config.write_text(MBSYNC.format(port=port, user=self.user, tree=self.root))

    def sync(self):
        """Its exit code and what it says; it fails where others change what it looks at, and goes on the next time."""
        done = subprocess.run(["mbsync", "-c", self.config, "-a"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=300)
        self.note("sync" if not done.returncode else "sync that failed", None, done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr

    def moved(self, number):
        self.ledger.mixed.add(number)

    def name_of_moved(self, name):
        """Without its UID, as mbsync wants it: it appends the file there and deletes the message here."""
        return re.sub(r",U=\d+", "", name)


class Curlew(Actor):
    """Its own commands, beside its agent that watches."""
    name = "curlew"
    pause = 2.0
    words = FLAGS + KEYWORDS
    acts = {"sync": 2, "tag": 3, "move": 1}

    def __init__(self, ledger, seed, profile):
        super().__init__(ledger, seed)
        self.profile = profile

    def some_number(self):
        return self.random.choice([*self.ledger.made])

    def run_command(self, *arguments):
        done = self.profile.run(*arguments, timeout=300)
        self.note(arguments[0], None, f"{' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}")
        return done

    def sync(self):
        done = self.run_command("sync")
        if done.returncode:
            raise AssertionError(f"sync: {done.returncode} {done.stdout}{done.stderr}")

    def tag(self):
        number, (is_set, word) = self.some_number(), self.change()
        self.note("tag", number, tag_edit(word, is_set))
        done = self.run_command("tag", "--json", tag_edit(word, is_set), "--", f"id:m{number}@example.org")
        if json.loads(done.stdout)["messages"]:  # else it is not known yet, or no more
            self.ledger.touch(self.name, number, [word], is_set)

    def move(self):
        number, folder = self.some_number(), self.folder()
        self.ledger.local_moves[number] += 1
        self.note("move", number, folder)
        self.run_command("move", f"work/{folder}", "--", f"id:m{number}@example.org")
