#!/usr/bin/python3
"""What is done here reaches a real Dovecot, what is done there comes back, and nothing is lost or doubled."""

import contextlib
import itertools
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from account_case import AccountCase  # noqa: E402
from mail_look import login, mail, notmuch, on_server  # noqa: E402
from server.dovecot import Dovecot, knows  # noqa: E402

FOLDERS = ["INBOX", "Archive", "Trash", "Junk", "Lists"]


class Account(AccountCase):
    """An account of one user on a Dovecot, synced once."""
    extra = ""
    messages = 12

    def setUp(self):
        super().setUp()
        user = self.place / "ada"
        user.mkdir()
        self.server = Dovecot(self.place, {"ada": user}, extra=self.extra).start()
        self.addCleanup(self.server.kill)
        with self.imap() as imap:
            for folder in FOLDERS:
                imap.create(folder)
                imap.subscribe(folder)
            for number in range(1, self.messages + 1):
                imap.append("INBOX", "", None, mail(number))
        self.begin_account(f"imaps://ada@localhost:{self.server.imaps}", self.server.ca)

    def imap(self):
        return login(self.server.imap)

    def server_has(self):
        with self.imap() as imap:
            return on_server(imap, FOLDERS)

    def assert_agree(self):
        self.assert_here(self.server_has())

    def numbers(self, folder):
        return [number for number, _ in self.server_has()[folder]]

    def purge_beside_a_deleted_one(self):
        """Message 1 is purged in Trash, where another client has marked 2."""
        self.do("delete", 1, 2)
        self.sync()
        with self.imap() as imap:
            imap.select("Trash")
            _, found = imap.uid("SEARCH", "HEADER", "Message-ID", "<m2@example.org>")
            imap.uid("STORE", found[0].decode(), "+FLAGS", "(\\Deleted)")
            imap.unselect()
        self.do("delete", 1, place="Trash", purge=True)
        self.sync()
        self.sync()

    def until(self, is_so):
        deadline = time.monotonic() + 30
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)


class TwoWay(Account):
    # ---- what is done here ----

    def test_deeds_reach_the_server_by_themselves(self):
        self.do("flag", 1, 2, set=["seen"])
        self.until(lambda: dict(self.server_has()["INBOX"])[2] == ("\\Seen",))

    def test_flags_tags_and_places_reach_the_server(self):
        self.do("flag", 1, 2, set=["seen", "flagged"])
        self.do("tag", 2, 3, add=["blue", "inbox"])
        self.do("move", 3, 4, 5, folder="Archive")
        self.do("delete", 6)
        self.do("copy", 7, folder="Lists")
        self.sync()
        self.sync()
        server = self.server_has()
        self.assertEqual(dict(server["INBOX"])[1], ("\\Flagged", "\\Seen"))
        self.assertEqual(dict(server["INBOX"])[2], ("\\Flagged", "\\Seen", "blue"))
        self.assertEqual(server["Archive"], [(3, ("blue",)), (4, ()), (5, ())])
        self.assertEqual(self.numbers("Trash"), [6])
        self.assertEqual(self.numbers("Lists"), [7])
        self.do("delete", 6, place="Trash", purge=True)
        self.sync()
        self.assertEqual(self.numbers("Trash"), [])
        self.assertEqual(len(self.numbers("INBOX")), self.messages - 4)
        self.assert_quiet()

    def test_one_sync_copies_a_message_as_often_as_it_was_wished(self):
        self.server.stop()
        for _ in range(3):
            self.do("copy", 7, 8, folder="Lists")
        self.server.start()
        self.sync()
        self.assertEqual(self.numbers("Lists"), [7, 7, 7, 8, 8, 8])
        self.assert_agree()

    def test_one_sync_tells_a_copy_what_its_source_never_was(self):
        self.do("delete", 7)
        self.sync()
        self.server.stop()
        self.do("copy", 7, place="Trash", folder="Lists")
        self.do("delete", 7, place="Trash", purge=True)
        self.do("flag", 7, place="Lists", set=["flagged"])
        self.server.start()
        self.sync()
        self.assertEqual(self.server_has()["Lists"], [(7, ("\\Flagged",))])
        self.assert_agree()

    def test_an_undo_takes_back_what_the_server_has(self):
        before = self.server_has()
        self.do("flag", 1, set=["seen"])
        self.do("move", 2, folder="Archive")
        self.do("delete", 3)
        self.sync()
        for _ in range(3):
            self.assertTrue(self.agent().ask("undo")["ok"])
        self.assertEqual(self.agent().ask("undo")["code"], "gone")
        self.sync()
        self.sync()
        self.assertEqual(self.server_has(), before)
        self.assert_agree()
        self.assert_quiet()

    # ---- what other programs do here ----

    def test_other_programs_work_on_the_tree(self):
        read = self.path(1)
        read.rename(read.parent.parent / "cur" / f"{read.name.partition(':')[0]}:2,FS")
        moved = self.path(2)
        moved.rename(self.profile.mail / "work/Archive/cur" / f"{moved.name.partition(':')[0]}:2,")
        renamed = self.path(3)  # as programs do that give new names in another folder
        renamed.rename(self.profile.mail / "work/Lists/cur/1000000000.M1P1.elsewhere:2,S")
        self.path(4).unlink()
        (self.profile.mail / "work/INBOX/new/1000000001.M2P2.elsewhere").write_bytes(
            mail(99).replace(b"\r\n", b"\n"))
        self.sync()
        self.sync()
        server = self.server_has()
        self.assertEqual(dict(server["INBOX"])[1], ("\\Flagged", "\\Seen"))
        self.assertEqual(self.numbers("Archive"), [2])
        self.assertEqual(server["Lists"], [(3, ("\\Seen",))])
        self.assertEqual(self.numbers("Trash"), [4])
        self.assertIn(99, self.numbers("INBOX"))
        self.sync()
        self.assert_agree()
        self.assert_quiet()

    def test_another_program_sets_tags_in_the_index(self):
        self.do("flag", 2, 3, set=["seen", "flagged"])
        self.sync()
        notmuch(self.profile, "tag", "+flagged", "+blue", "-unread", "--", "id:m1@example.org")
        notmuch(self.profile, "tag", "-flagged", "+unread", "--", "id:m2@example.org")
        self.sync()
        self.sync()
        inbox = dict(self.server_has()["INBOX"])
        self.assertEqual([inbox[number] for number in (1, 2, 3)],
                         [("\\Flagged", "\\Seen", "blue"), (), ("\\Flagged", "\\Seen")])
        self.assert_agree()
        self.assert_quiet()

    def test_a_tag_of_another_program_stays_with_what_moves_at_that_moment(self):
        notmuch(self.profile, "tag", "+blue", "--", *" or ".join(f"id:m{number}@example.org" for number in (1, 2)).split())
        self.path(1).rename(self.mail / "Archive/cur/1000000000.M1P1.elsewhere:2,")
        with self.imap() as imap:
            imap.select("INBOX")
            imap.uid("MOVE", "2", "Lists")
        for _ in range(3):
            self.sync()
        server = self.server_has()
        self.assertEqual((server["Archive"], server["Lists"]), ([(1, ("blue",))], [(2, ("blue",))]))
        self.assert_agree()
        self.assert_quiet()

    # ---- what other clients do there ----

    def test_other_clients_work_on_the_server(self):
        files = {path.name.partition(":")[0] for path in (self.profile.mail / "work").rglob("*.*")}
        with self.imap() as imap:
            imap.select("INBOX")
            imap.uid("STORE", "1", "+FLAGS", "(\\Seen red)")
            imap.uid("MOVE", "2:3", "Archive")
            imap.uid("STORE", "4", "+FLAGS", "(\\Deleted)")
            imap.expunge()
        self.sync()
        self.sync()
        self.sync()  # what left is buried after one more whole round
        self.assert_agree()
        self.assertEqual(self.numbers("Archive"), [2, 3])
        after = {path.name.partition(":")[0] for path in (self.profile.mail / "work").rglob("*.*")}
        self.assertEqual(after - files, set())  # nothing was downloaded again
        self.assert_quiet()

    def test_both_sides_at_once(self):
        self.server.stop()
        self.do("flag", 1, 2, set=["flagged"])
        self.do("move", 3, 4, folder="Archive")
        self.do("delete", 5)
        self.server.start()
        with self.imap() as imap:
            imap.select("INBOX")
            imap.uid("STORE", "1,3", "+FLAGS", "(\\Seen)")
            imap.uid("MOVE", "4", "Lists")
            imap.uid("STORE", "5", "+FLAGS", "(\\Answered)")
        for _ in range(3):
            self.sync()
        server = self.server_has()
        self.assertEqual(dict(server["INBOX"])[1], ("\\Flagged", "\\Seen"))
        self.assertEqual(dict(server["Archive"])[3], ("\\Seen",))
        self.assertEqual(dict(server["Trash"])[5], ("\\Answered",))
        self.assertEqual(sum(len(all_of) for all_of in server.values()), self.messages)
        self.assert_agree()
        self.assert_quiet()

    def test_a_purge_spares_what_others_deleted(self):
        self.purge_beside_a_deleted_one()
        self.assertEqual(self.numbers("Trash"), [2])


class Hidden(Account):
    """The same end, whatever the server can do; what it does not name is not asked of it."""

    @classmethod
    def check(cls, known):
        cls.extra = knows(*known)

        def test(self):
            before = self.server_has()
            self.work_both_sides()
            for _ in range(4):
                self.sync()
            self.assertEqual(self.server_has(), self.meant(before))
            self.assert_agree()
            self.assert_quiet()
            self.assert_only(known)
        return test

    def work_both_sides(self):
        trace = self.place / "worked"
        self.server.stop()
        self.do("flag", 1, 2, set=["seen", "flagged"])
        self.do("tag", 2, 3, add=["blue"])
        self.do("move", 3, 4, 5, folder="Archive")
        self.do("delete", 6)
        self.do("copy", 7, folder="Lists")
        self.profile.kill()
        self.server.start()
        with self.imap() as imap:
            imap.select("INBOX")
            imap.uid("STORE", "1,3", "+FLAGS", "(\\Answered)")
            imap.uid("MOVE", "8", "Lists")
            imap.uid("STORE", "9", "+FLAGS", "(\\Deleted)")
            imap.expunge()
        self.sync(trace=trace)

    @staticmethod
    def meant(before):
        inbox = [(number, flags) for number, flags in before["INBOX"] if number not in (1, 2, 3, 4, 5, 6, 8, 9)]
        return {"INBOX": [(1, ("\\Answered", "\\Flagged", "\\Seen")), (2, ("\\Flagged", "\\Seen", "blue")), *inbox],
                "Archive": [(3, ("\\Answered", "blue")), (4, ()), (5, ())],
                "Trash": [(6, ())], "Junk": [], "Lists": [(7, ()), (8, ())]}

    def assert_only(self, known):
        sent = "\n".join(line for line in (self.place / "worked").read_text(errors="replace").splitlines()
                         if " C: " in line)
        self.assertIn("blue", sent)  # the changing commands are in this trace
        for name, words in (("MOVE", "UID MOVE"), ("UIDPLUS", "UID EXPUNGE"), ("QRESYNC", "QRESYNC"),
                            ("CONDSTORE", "CHANGEDSINCE")):
            if name not in known:
                self.assertNotIn(words, sent)


def of_each_kind():
    """A class for each server, as `extra` is its class's."""
    for plus, move, changes in itertools.product(("UIDPLUS", ""), ("MOVE", ""), ("QRESYNC", "CONDSTORE", "")):
        known = [name for name in (plus, move, "CONDSTORE" if changes else "", changes) if name]
        kind = type(f"Hidden{plus}{move}{changes}", (Hidden,), {"__module__": __name__})
        kind.test_the_same_end = kind.check(list(dict.fromkeys(known)))
        yield kind


class NoUidplus(Account):
    extra = knows("MOVE")

    def test_nothing_of_others_is_expunged(self):
        """It stays there, deleted and not shown here, as an EXPUNGE would take the other one with it."""
        self.purge_beside_a_deleted_one()
        self.assertEqual(self.server_has()["Trash"], [(1, ("\\Deleted",)), (2, ("\\Deleted",))])
        self.assertNotIn(1, [number for number, _ in self.store_has(FOLDERS)["Trash"]])

    def test_what_is_only_ours_is_expunged(self):
        self.do("delete", 1)
        self.sync()
        self.do("delete", 1, place="Trash", purge=True)
        self.sync()
        self.assertEqual(self.numbers("Trash"), [])


for _kind in of_each_kind():
    globals()[_kind.__name__] = _kind
del _kind


if __name__ == "__main__":
    unittest.main()
