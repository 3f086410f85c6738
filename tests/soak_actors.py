"""Those who work on one mailbox at once in a soak (soak_check.py), and the first of them: another client of the server."""

import imaplib
import pathlib
import random
import re
import sys
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import mail  # noqa: E402

FLAGS = ["\\Seen", "\\Flagged", "\\Answered"]
KEYWORDS = ["blue", "todo"]


class Actor(threading.Thread):
    """Does something again and again until it is told to stop; what went wrong stands in `error`."""
    name = ""
    pause = 0.2  # seconds, about
    acts = {}  # method's name → how often

    def __init__(self, ledger, seed):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.random = random.Random(f"{self.name} {seed}")
        self.stopping = threading.Event()
        self.error = None

    def run(self):
        try:
            while not self.stopping.wait(self.pause * self.random.uniform(0.2, 1.8)):
                getattr(self, self.random.choices([*self.acts], [*self.acts.values()])[0])()
        except Exception:
            self.error = traceback.format_exc()

    def stop(self):
        self.stopping.set()
        self.join()

    def note(self, what, number=None, text=""):
        self.ledger.note(self.name, what, number, text)

    def folder(self):
        return self.random.choice(self.ledger.folders)

    def some_words(self, words):
        return self.random.sample(words, self.random.randint(0, 2))

    def change(self):
        """Whether to set, and what."""
        return self.random.random() < 0.6, self.random.choice(self.words)


class Client(Actor):
    """Another client of the server."""
    name, user = "client", "bob"
    words = FLAGS + KEYWORDS
    acts = {"append": 3, "flag": 8, "move": 5, "copy": 1, "delete": 1, "create": 0.1}

    def __init__(self, ledger, seed, port):
        super().__init__(ledger, seed)
        self.imap = imaplib.IMAP4("127.0.0.1", port)
        self.imap.login(self.user, "pw")

    def append(self):
        words, folder = self.some_words(self.words), self.folder()
        number = self.ledger.make(words)
        self.note("append", number, f"{folder} {words}")
        self.check(self.imap.append(folder, f"({' '.join(words)})", None, mail(number)))

    def choose(self):
        """(folder, uid, number) of what is in the selected folder, or None."""
        folder = self.folder()
        self.check(self.imap.select(folder))
        uids = self.check(self.imap.uid("SEARCH", "ALL"))[0].split()
        if not uids:
            return None
        uid = self.random.choice(uids).decode()
        data = self.check(self.imap.uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"))
        number = re.search(rb"<m(\d+)@", b"".join(part[1] for part in data if isinstance(part, tuple)))
        return (folder, uid, int(number[1])) if number else None  # None: it went meanwhile

    def flag(self):
        if not (chosen := self.choose()):
            return
        folder, uid, number = chosen
        is_set, word = self.change()
        data = self.check(self.imap.uid("STORE", uid, "+FLAGS" if is_set else "-FLAGS", f"({word})"))
        self.note("flag", number, f"{folder}/{uid} {'+' if is_set else '-'}{word} {data}")
        self.ledger.touch(self.name, number, [word], is_set)

    def move(self):
        if chosen := self.choose():
            folder, uid, number = chosen
            to = self.folder()
            self.note("move", number, f"{folder}/{uid} {to}")
            self.check(self.imap.uid("MOVE", uid, to))

    def copy(self):
        if chosen := self.choose():
            folder, uid, number = chosen
            to = self.folder()
            self.ledger.mixed.add(number)
            self.note("copy", number, f"{folder}/{uid} {to}")
            self.imap.uid("COPY", uid, to)  # NO: it went meanwhile

    def delete(self):
        if chosen := self.choose():
            folder, uid, number = chosen
            self.ledger.mixed.add(number)
            self.ledger.deleted.add(number)
            self.note("delete", number, f"{folder}/{uid}")
            self.check(self.imap.uid("STORE", uid, "+FLAGS", "(\\Deleted)"))
            time.sleep(self.random.random() * 0.5)
            self.check(self.imap.uid("EXPUNGE", uid))

    def create(self):
        name = f"New{sum(folder.startswith('New') for folder in self.ledger.folders)}"
        self.note("create", None, name)
        self.check(self.imap.create(name))
        self.check(self.imap.subscribe(name))
        self.ledger.folders.append(name)

    def end_deletes(self):
        """What was marked, and moved by another before it was expunged, goes now."""
        for folder in self.ledger.folders:
            self.check(self.imap.select(folder))
            self.check(self.imap.expunge())
        self.imap.logout()

    @staticmethod
    def check(answer):
        if answer[0] != "OK":
            raise AssertionError(f"the server says {answer}")
        return answer[1]
