"""Who did what to which message while a soak (tests/soak_check.py) ran: what the doers say, and what the server's log says."""

import collections
import re
import threading
import time

DONE = re.compile(r"imap\((?P<user>\w+)\)<[^>]*><[^>]*>: Info: (?P<what>\w+)(?: from [^:]*)?: "
                  r"box=(?P<folder>\S+), uid=(?P<uid>\d+), msgid=<m(?P<number>\d+)@")


class Ledger:
    """What the doers wished; each of them is a thread."""

    def __init__(self, folders):
        self.lock = threading.Lock()
        self.folders = list(folders)
        self.last = 1000  # all numbers have four digits
        self.made = {}  # number → the words it began with
        self.touched = {}  # (number, word) → {doer: what it set it to, in order}
        self.local_copies = collections.Counter()  # number → copies that were made on this disk
        self.local_removals = collections.Counter()
        self.local_moves = collections.Counter()
        self.deleted = set()  # numbers of which another client deleted a copy
        self.mixed = set()  # numbers that had several copies, or lost one: whose flags are whose, nobody can say
        self.count = collections.Counter()  # what was done → how often
        self.said = []

    def note(self, doer, what, number=None, text=""):
        with self.lock:
            self.count[f"{doer} {what}"] += 1
            self.said.append((time.strftime("%H:%M:%S"), doer, what, number, text))

    def make(self, words=()):
        """The number of a new message."""
        with self.lock:
            self.last += 1
            self.made[self.last] = frozenset(words)
            return self.last

    def touch(self, doer, number, words, is_set):
        with self.lock:
            for word in words:
                self.touched.setdefault((number, word), {}).setdefault(doer, []).append(is_set)

    def story(self, number):
        return [" ".join(map(str, line)) for line in self.said if line[3] == number]

    def meant_words(self, number, words, moved):
        """word → whether it must be set, of those WORDS that nobody changed, or one doer alone.

        While a message moves it may have two files for a time, and be two messages for others: then one doer who changes
        its mind may have meant either, and only the programs of this disk can be sure that what they did was seen.
        """
        meant = {}
        for word in words:
            by = self.touched.get((number, word), {})
            if not by:
                meant[word] = word in self.made[number]
            elif len(by) == 1:
                doer, values = next(iter(by.items()))
                if not moved or (doer in ("tree", "curlew") and len(set(values)) == 1):
                    meant[word] = values[-1]
        return meant


class ServerLog:
    """What a Dovecot that logs mail (CONFIG) says each user did. Two who take one message away at once both have done it."""
    CONFIG = """\
protocol imap {
  mail_plugins = notify mail_log
}
plugin {
  mail_log_events = delete expunge save copy flag_change
  mail_log_fields = uid box msgid flags
}
"""

    def __init__(self, text):
        self.lines = collections.defaultdict(list)
        self.done = collections.defaultdict(set)  # (user, what, number) → {(folder, uid)}
        for line in text.splitlines():
            if match := DONE.search(line):
                number = int(match["number"])
                self.done[match["user"], match["what"], number].add((match["folder"], match["uid"]))
                self.lines[number].append(line)

    def times(self, user, what, number):
        return len(self.done[user, what, number])

    def more(self, user, number):
        """How many copies there are more than if this user had done nothing."""
        return self.times(user, "save", number) + self.times(user, "copy", number) - self.times(user, "expunge", number)

    def copies(self, users, number):
        """How many there are."""
        gone = set().union(*(self.done[user, "expunge", number] for user in users))
        return sum(self.times(user, what, number) for user in users for what in ("save", "copy")) - len(gone)
