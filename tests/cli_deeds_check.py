#!/usr/bin/python3
"""tag, move and undo from the command line: what they mean, what searches and a real Dovecot have of it."""

import contextlib
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import two_way_check  # noqa: E402
from mail_look import mail  # noqa: E402
from throwaway import BUILD, Profile  # noqa: E402

MANY = 1100
USAGE = [["tag", "id:m1@example.org"], ["tag", "+a"], ["tag", "+a", "--"], ["tag", "+a", "b", "--", "c"],
         ["tag", "+attachment", "--", "*"], ["tag", "+", "--", "*"], ["tag", "+two words", "--", "*"],
         ["tag", "--nothing", "+a", "--", "*"], ["move", "archive"], ["move", "--", "archive"],
         ["undo", "something"]]


def id_of(*numbers):
    return " or ".join(f"id:m{number}@example.org" for number in numbers)


class Local(unittest.TestCase):
    """Two accounts without a server."""

    def setUp(self):
        self.place = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="curlew-")))
        self.profile = Profile(self.place)
        self.addCleanup(self.profile.kill)
        self.profile.write_config(*(f'account {name} {{ incoming = local: }}' for name in ("work", "home")))

    def fill(self, account, folder, *numbers):
        path = self.profile.mail / account / folder
        for sub in ("cur", "new", "tmp"):
            (path / sub).mkdir(parents=True, exist_ok=True)
        for number in numbers:
            (path / "new" / f"{account}{folder}{number}.host".replace("/", "-")).write_bytes(
                mail(number).replace(b"\r\n", b"\n"))

    def curlew(self, code, *arguments):
        done = self.profile.run(*arguments, timeout=120)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def count(self, query):
        return self.profile.json("count", "--json", query)["messages"]

    def places(self, number):
        [message] = self.profile.json("search", "--json", id_of(number))["messages"]
        return sorted(f"{copy['account']}/{copy['folder']}" for copy in message["copies"])

    def test_wrong_usage_ends_with_2_and_does_nothing(self):
        self.fill("work", "INBOX", 1)
        self.curlew(0, "sync")
        for arguments in USAGE:
            with self.subTest(arguments):
                done = self.curlew(2, *arguments)
                self.assertTrue(done.stderr.startswith("curlew: "))
                self.assertEqual(done.stdout, "")
        self.curlew(1, "undo")

    def test_tags_and_flags_are_found_when_it_ends(self):
        self.fill("work", "INBOX", 1, 2, 3)
        self.curlew(0, "sync")
        self.assertEqual(self.curlew(0, "tag", "+blue", "-unread", "--", id_of(1, 2)).stdout, "work: 2 changed\n")
        self.assertEqual((self.count("tag:blue"), self.count("tag:unread")), (2, 1))
        names = sorted(path.name.partition(":2,")[2] for path in (self.profile.mail / "work/INBOX").glob("*/work*"))
        self.assertEqual(names, ["", "S", "S"])
        self.curlew(0, "tag", "-blue", "+unread", "+flagged", "tag:blue")
        self.assertEqual((self.count("tag:blue"), self.count("tag:unread"), self.count("tag:flagged")), (0, 3, 2))

    def test_a_query_may_begin_with_a_sign_behind_the_dashes(self):
        self.fill("work", "INBOX", 1, 2)
        self.curlew(0, "sync")
        self.curlew(0, "tag", "+-h", "-x", "--", "-id:m1@example.org")
        self.assertEqual(self.count("tag:-h"), 1)

    def test_json_tells_what_was_done_in_each_account(self):
        self.fill("work", "INBOX", 1, 2)
        self.fill("home", "INBOX", 2, 3)
        self.curlew(0, "sync")
        done = self.profile.json("tag", "--json", "+a", "--", id_of(2, 3))
        self.assertEqual((done["version"], done["messages"]), (1, 2))
        self.assertEqual({one["account"]: (one["done"], one["kept"], one["gone"], one["error"])
                          for one in done["accounts"]}, {"work": (1, 0, 0, None), "home": (2, 0, 0, None)})

    def test_an_undo_is_of_all_accounts_and_of_the_newest_first(self):
        self.fill("work", "INBOX", 1)
        self.fill("home", "INBOX", 1, 2)
        self.curlew(0, "sync")
        self.curlew(0, "tag", "+both", "--", "*")
        self.curlew(0, "tag", "+late", "--", id_of(2))
        self.assertEqual(self.curlew(0, "undo").stdout, "home: 1 taken back\n")
        self.assertEqual((self.count("tag:late"), self.count("tag:both")), (0, 2))
        self.assertEqual(self.curlew(0, "undo").stdout, "work: 1 taken back\nhome: 2 taken back\n")
        self.assertEqual(self.count("tag:both"), 0)
        self.assertIn("nothing to undo", self.curlew(1, "undo").stderr)
        self.curlew(0, "undo", "--redo")
        self.assertEqual((self.count("tag:late"), self.count("tag:both")), (0, 2))
        self.curlew(0, "undo", "--redo")
        self.assertEqual(self.count("tag:late"), 1)
        self.assertIn("nothing to do again", self.curlew(1, "undo", "--redo").stderr)

    def test_what_was_taken_back_first_is_done_again_last(self):
        self.fill("work", "INBOX", 1)
        self.fill("home", "INBOX", 2)
        self.curlew(0, "sync")
        self.curlew(0, "tag", "+a", "--", id_of(2))
        self.curlew(0, "tag", "+a", "--", id_of(1))
        for name in ("work", "home"):
            self.assertEqual(self.curlew(0, "undo").stdout, f"{name}: 1 taken back\n")
        for name in ("home", "work"):
            self.assertEqual(self.curlew(0, "undo", "--redo").stdout, f"{name}: 1 done again\n")

    def test_what_was_taken_back_before_something_else_stays_so(self):
        self.fill("work", "INBOX", 1)
        self.fill("home", "INBOX", 2)
        self.curlew(0, "sync")
        self.curlew(0, "tag", "+early", "--", id_of(1))
        self.curlew(0, "undo")
        self.curlew(0, "tag", "+late", "--", id_of(2))
        self.curlew(1, "undo", "--redo")
        self.curlew(0, "undo")
        self.assertEqual(self.curlew(0, "undo", "--redo").stdout, "home: 1 done again\n")
        self.curlew(1, "undo", "--redo")
        self.assertEqual((self.count("tag:early"), self.count("tag:late")), (0, 1))

    def test_more_than_fits_a_question_is_one_deed(self):
        self.fill("home", "INBOX", *range(MANY))
        self.curlew(0, "sync")
        self.assertEqual(self.curlew(0, "tag", "+all", "--", "*").stdout, "home: 1,100 changed\n")
        self.assertEqual(self.count("tag:all"), MANY)
        self.assertEqual(self.curlew(0, "undo").stdout, "home: 1,100 taken back\n")
        self.assertEqual(self.count("tag:all"), 0)

    def test_a_move_goes_where_it_is_told_in_each_account(self):
        for account in ("work", "home"):
            self.fill(account, "INBOX", 1, 2)
            self.fill(account, "Archive")
        self.fill("home", "Lists/tide")
        self.curlew(0, "sync")
        self.curlew(0, "move", "archive", "--", id_of(1))
        self.assertEqual(self.places(1), ["home/Archive", "work/Archive"])
        self.assertEqual(self.count("folder:work/Archive"), 1)
        self.assertIn("work has no folder 'Lists/tide'", self.curlew(2, "move", "Lists/tide", "--", "*").stderr)
        self.assertEqual(self.places(2), ["home/INBOX", "work/INBOX"])
        self.assertIn("did you mean 'Lists/tide'", self.curlew(2, "move", "home/Lists/tied", id_of(2)).stderr)
        self.curlew(0, "move", "home/Lists/tide", id_of(2))
        self.assertEqual(self.places(2), ["home/Lists/tide", "work/INBOX"])
        self.curlew(0, "move", "--copy", "home/Archive", "folder:home/Lists/tide")
        self.assertEqual(self.places(2), ["home/Archive", "home/Lists/tide", "work/INBOX"])
        for _ in range(3):
            self.curlew(0, "undo")
        self.assertEqual((self.places(1), self.places(2)), (["home/INBOX", "work/INBOX"],) * 2)

    def test_a_move_leaves_what_lies_aside_unless_it_is_named(self):
        self.fill("work", "INBOX", 1)
        self.fill("work", "Archive")
        self.fill("work", "Sent", 1, 2)
        self.curlew(0, "sync")
        done = self.curlew(0, "move", "archive", "--", id_of(1, 2))
        self.assertIn("left alone: 1 message (copies in Sent", done.stderr)
        self.assertEqual((self.places(1), self.places(2)), (["work/Archive", "work/Sent"], ["work/Sent"]))
        self.curlew(0, "move", "archive", "--", "folder:work/Sent and not folder:work/Archive")
        self.assertEqual(self.places(2), ["work/Archive"])

    def test_what_matches_nothing_is_no_failure(self):
        self.fill("work", "INBOX", 1)
        self.curlew(0, "sync")
        done = self.curlew(0, "tag", "+a", "--", "nothinglikethis")
        self.assertEqual((done.stdout, done.stderr), ("", "curlew: nothing matches nothinglikethis\n"))

    def test_two_at_once_lose_nothing(self):
        self.fill("work", "INBOX", *range(1, 41))
        self.curlew(0, "sync")
        children = [subprocess.Popen([BUILD / "curlew", "tag", f"+t{number}", "--", "*"],
                                     env=self.profile.environment, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL) for number in range(4)]
        self.assertEqual([child.wait(120) for child in children], [0] * 4)
        self.assertEqual([self.count(f"tag:t{number}") for number in range(4)], [40] * 4)


class WithServer(two_way_check.Account):
    def curlew(self, code, *arguments):
        done = self.profile.run(*arguments, timeout=120)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")

    def test_what_is_done_reaches_the_server_by_itself(self):
        self.curlew(0, "tag", "-unread", "+blue", "--", id_of(1))
        self.curlew(0, "move", "archive", "--", id_of(2))
        self.curlew(0, "move", "--copy", "Lists", "--", id_of(3))
        self.curlew(0, "move", "trash", "--", id_of(4))
        self.until(lambda: dict(self.server_has()["INBOX"]).get(1) == ("\\Seen", "blue"))
        self.until(lambda: [self.numbers(folder) for folder in ("Archive", "Lists", "Trash")] == [[2], [3], [4]])
        self.sync()
        self.sync()
        self.assert_agree()
        self.assert_quiet()

    def test_what_is_done_offline_is_told_later(self):
        before = self.server_has()
        self.server.stop()
        self.curlew(0, "tag", "+blue", "+flagged", "--", id_of(1, 2))
        self.curlew(0, "move", "archive", "--", id_of(2, 3))
        self.profile.kill()  # what was answered is durable
        waits = self.profile.json("pending", "--json")["pending"]
        self.assertEqual(sorted((one["id"], one["what"], one["from"], one["folder"], one["refused"]) for one in waits),
                         [("m1@example.org", "flags", "INBOX", "INBOX", False),
                          ("m2@example.org", "move", "INBOX", "Archive", False),
                          ("m3@example.org", "move", "INBOX", "Archive", False)])
        self.server.start()
        self.sync()
        self.sync()
        self.assertEqual(self.profile.json("pending", "--json")["pending"], [])
        server = self.server_has()
        self.assertEqual(dict(server["INBOX"])[1], ("\\Flagged", "blue"))
        self.assertEqual(server["Archive"], [(2, ("\\Flagged", "blue")), (3, ())])
        self.curlew(0, "undo")
        self.curlew(0, "undo")
        self.sync()
        self.sync()
        self.assertEqual(self.server_has(), before)
        self.assert_agree()

    def refuse(self):
        """A move that the server is asked for in vain."""
        self.server.stop()
        self.curlew(0, "move", "archive", "--", id_of(1))
        with contextlib.closing(sqlite3.connect(self.profile.state / "work/state.db")) as store:
            store.execute("UPDATE op SET state=2, err='no room there'")
            store.commit()

    def test_what_was_refused_is_listed_and_given_up(self):
        self.refuse()
        line = self.profile.run("pending").stdout
        self.assertRegex(line, "^work +refused +move to Archive +Number 1: no room there\n$")
        self.curlew(0, "pending", "--drop")
        self.assertEqual(self.profile.run("pending").stdout, "")
        self.assertEqual(self.profile.json("count", "--json", "folder:work/INBOX")["messages"], two_way_check.Account.messages)
        self.assertIn("nothing was refused", self.profile.run("pending", "--drop").stderr)

    def test_what_was_refused_is_tried_again(self):
        self.refuse()
        self.curlew(0, "pending", "--retry")
        self.server.start()
        self.sync()
        self.assertEqual(self.numbers("Archive"), [1])


if __name__ == "__main__":
    unittest.main()
