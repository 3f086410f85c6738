#!/usr/bin/python3
"""Everybody works on one mailbox at once; when they rest, all have the same, and nothing is lost or doubled.

At once, for SECONDS: another client of the server (appends, flags, keywords, moves, copies, deletes, new folders); mbsync
with a tree of its own, in which a program sets flags and moves files; in curlew's tree a program that renames, moves (with
and without a new name), copies, removes and drops files, and `notmuch tag`; curlew's agent, which watches, and `curlew
sync`, `tag` and `move`. Each is a user of the server by itself, so that its log tells who did what (soak_ledger.py).

What such a race may do, and what is not asked for here:
 * rm in the tree is no order to delete. The message goes to Trash, or comes back where it lies in Trash or Junk; a file that
   the server never had is gone. A copy (cp) whose source is removed is a move.
 * Where another client deletes what is moved here at that time, the move brings it back. Where it moves it elsewhere, its
   place wins, as a rule; both moves may be done, which makes a copy more for each of ours, never one less.
 * Two clients that move one message at the same moment make two of it on the server; two that delete it both have done so.
   Such copies are nobody's fault, and the log tells them from ours.
 * mbsync moves by APPEND and EXPUNGE, and knows no keywords; its copies are told by the log, too.
 * A flag is looked at where one doer alone changed it, on a message of one copy that nobody removed or deleted; one that
   another client or mbsync set only if nobody moved the message: a server may let a MOVE overtake a STORE.
 * A tag that notmuch sets in the moment between curlew's question what was changed and its taking the old place of a moved
   message out of the index goes with that place: such tags are not looked at on messages that moved.
"""

import collections
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from account_case import AccountCase  # noqa: E402
from mail_look import difference, flags_alone, in_files, in_index, login, on_server, tags_of  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from soak_actors import FLAGS, KEYWORDS, Client  # noqa: E402
from soak_files import Curlew, Mbsync, Tree  # noqa: E402
from soak_ledger import Ledger, ServerLog  # noqa: E402
from throwaway import BUILD, FULL  # noqa: E402
from user import FOLDERS  # noqa: E402

SECONDS = float(os.environ.get("CURLEW_SOAK", 1800 if FULL else 60))
SEEDS = os.environ.get("CURLEW_SEEDS", "1").split()
BEGINS_WITH = 60  # messages
ROUNDS = 12  # until nothing changes any more, at most
ME = "ada"  # curlew's name at the server; the others have their own, and the same mailbox
USERS = (ME, Client.user, Mbsync.user)


class Soak(AccountCase):
    maxDiff = None

    def test_all_agree_when_all_rest(self):
        if not shutil.which("mbsync"):
            self.skipTest("mbsync is not installed (Debian: isync)")
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.one_soak(seed)
            self.doCleanups()
            self.setUp()

    def one_soak(self, seed):
        self.begin(seed)
        for actor in self.actors:
            actor.start()
        time.sleep(SECONDS)
        for actor in self.actors:
            actor.stop()
        self.assertEqual([actor.error for actor in self.actors if actor.error], [])
        self.watcher.kill()
        self.profile.wait_until_left()
        self.client.end_deletes()
        self.rest()
        self.log = ServerLog(self.server.log)
        self.report(seed)
        self.assert_all_agree()
        self.assert_nothing_lost_or_doubled()
        self.assert_flags_as_meant()
        self.assert_quiet()
        self.assertEqual(self.profile.json("pending", "--json")["pending"], [])

    def begin(self, seed):
        user = self.place / "ada"
        user.mkdir()
        users = {name: user for name in USERS}
        self.server = Dovecot(self.place, users, extra=ServerLog.CONFIG).start()
        self.addCleanup(self.server.kill)
        self.ledger = Ledger(FOLDERS)
        self.client = Client(self.ledger, seed, self.server.imap)
        for folder in FOLDERS:
            self.client.imap.create(folder)
            self.client.imap.subscribe(folder)
        for _ in range(BEGINS_WITH):
            self.client.append()
        self.begin_account(f"imaps://{ME}@localhost:{self.server.imaps}", self.server.ca)
        self.sync()
        self.mbsync = Mbsync(self.ledger, seed, self.place, self.server.imap)
        self.assertEqual(self.mbsync.sync()[0], 0)
        self.watcher = subprocess.Popen([BUILD / "curlew", "sync", "--watch"], env=self.profile.environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.addCleanup(self.watcher.wait)
        self.addCleanup(self.watcher.kill)
        self.actors = [self.client, self.mbsync, Tree(self.ledger, seed, self.profile),
                       Curlew(self.ledger, seed, self.profile)]

    def look(self):
        with login(self.server.imap) as imap:
            return on_server(imap, self.ledger.folders)

    def rest(self):
        """Both sync until neither changes anything."""
        before = None
        for self.rounds in range(ROUNDS):
            self.sync()
            code, said = self.mbsync.sync()
            self.assertEqual(code, 0, said)
            now = self.look(), in_files(self.mail, self.ledger.folders), in_files(self.mbsync.root, self.ledger.folders)
            if now == before:
                return
            before = now
        self.fail(f"after {ROUNDS} rounds it still changes")

    def report(self, seed):
        print(f"seed {seed}, {SECONDS:.0f} s: {len(self.ledger.made)} messages, {self.rounds} rounds to rest, {self.doubled()} moved twice;",
              ", ".join(f"{count} {what}" for what, count in sorted(self.ledger.count.items())), flush=True)

    # ---- what must be so ----

    def assert_all_agree(self):
        server = self.server_look = self.look()
        store = self.store_has(server)
        self.assert_same("store", store, server)
        self.assert_same("tree", in_files(self.mail, server), flags_alone(server))
        self.assert_same("mbsync's tree", in_files(self.mbsync.root, server), flags_alone(server))
        tags, wanted = in_index(self.profile), tags_of(one for found in server.values() for one in found)
        wrong = {number for number in tags.keys() | wanted.keys() if tags.get(number) != wanted.get(number)}
        self.assertEqual(*({number: look.get(number) for number in wrong} for look in (tags, wanted)), self.stories(wrong))

    def assert_same(self, name, look, wanted):
        wrong = difference(look, wanted)
        numbers = {one[0] for found in wrong.values() for side in found.values() for one in side}
        self.assertEqual(wrong, {}, f"{name}\n{self.stories(numbers)}")

    def stories(self, numbers):
        return "\n\n".join("\n".join([*self.ledger.story(number), *self.log.lines[number]]) for number in sorted(numbers))

    def assert_nothing_lost_or_doubled(self):
        copies = collections.Counter(number for found in self.server_look.values() for number, _ in found)
        wrong = {number: self.fault(number, copies[number]) for number in self.ledger.made}
        wrong = {number: fault for number, fault in wrong.items() if fault}
        self.assertEqual(wrong, {}, self.stories(wrong))

    def fault(self, number, copies):
        """What is wrong with the number of its copies, as a sentence, or None."""
        ledger = self.ledger
        moved, taken = (self.log.times(ME, what, number) for what in ("copy", "expunge"))
        made, removed = ledger.local_copies[number], ledger.local_removals[number]
        least, most = made - min(made, removed), made
        if any(self.log.times(user, "expunge", number) for user in USERS[1:]):
            most += ledger.local_moves[number]
        if not copies and number not in ledger.deleted and not (removed and made):
            return "it is lost, and nobody deleted it"
        if copies != self.log.copies(USERS, number):
            return "the server's log is not whole"
        if taken > moved:
            return f"curlew moved it {moved} times and took it away {taken} times"
        if not least <= self.log.more(ME, number) <= most:
            return f"curlew made {self.log.more(ME, number)} copies, where {least} to {most} were wished"
        return None

    def doubled(self):
        """How many copies there are because two moved one message at a time."""
        return sum(max(0, self.log.more(ME, number) - self.ledger.local_copies[number]) for number in self.ledger.made)

    def was_moved(self, number):
        return self.ledger.local_moves[number] or any(self.log.times(user, "copy", number) for user in USERS)

    def assert_flags_as_meant(self):
        wrong = {}
        for found in self.server_look.values():
            for number, words in found:
                if number in self.ledger.mixed:
                    continue
                meant = self.ledger.meant_words(number, FLAGS + KEYWORDS, self.was_moved(number))
                bad = {word: is_set for word, is_set in meant.items() if is_set != (word in words)}
                if bad:
                    wrong[number] = bad
        self.assertEqual(wrong, {}, self.stories(wrong))


if __name__ == "__main__":
    unittest.main()
