#!/usr/bin/python3
"""Messages go from one account to another, whole and once, whatever dies or is away meanwhile."""

import pathlib
import random
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from account_case import AccountCase  # noqa: E402
from mail_look import in_files, login, mail, on_server  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from throwaway import Profile  # noqa: E402

FOLDERS = ("INBOX", "Archive", "Trash")
MESSAGES = 12


class Place(AccountCase):
    """Two users of two servers, and a local account."""

    more = ""  # in each account's config

    def setUp(self):
        super().setUp()
        self.profile = Profile(self.place / "profile")
        self.servers = {name: self.new_server(name) for name in ("work", "home")}
        self.addCleanup(self.profile.kill)
        with self.imap("work") as imap:
            for number in range(1, MESSAGES + 1):
                imap.append("INBOX", "", None, mail(number))
        accounts = [self.profile.account(name, f"imaps://ada@localhost:{server.imaps}", server.ca, more=self.more)
                    for name, server in self.servers.items()]
        for folder in FOLDERS:
            for sub in ("cur", "new", "tmp"):
                (self.profile.mail / "box" / folder / sub).mkdir(parents=True)
        self.profile.write_config(*accounts, self.profile.account("box", "local:"))
        self.sync()

    def new_server(self, name):
        place = self.place / name
        user = place / "ada"
        user.mkdir(parents=True)
        place.chmod(0o755)
        server = Dovecot(place, {"ada": user}).start()
        self.addCleanup(server.kill)
        self.servers = {**getattr(self, "servers", {}), name: server}
        with self.imap(name) as imap:
            for folder in FOLDERS:
                imap.create(folder)
                imap.subscribe(folder)
        return server

    def imap(self, name):
        return login(self.servers[name].imap)

    def curlew(self, *arguments, code=0):
        done = self.profile.run(*arguments, timeout=120)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def on_server(self, name):
        """(folder, message) → flags and keywords; one that is there twice fails."""
        with self.imap(name) as imap:
            looked = on_server(imap, FOLDERS)
        found = {(folder, number): list(words) for folder, all_of in looked.items() for number, words in all_of}
        self.assertEqual(len(found), sum(map(len, looked.values())))
        return found

    def files(self, name):
        """Sorted (folder, message)."""
        looked = in_files(self.profile.mail / name, FOLDERS)
        return sorted((folder, number) for folder, all_of in looked.items() for number, _ in all_of)

    def transfers(self, name):
        return self.profile.database(name).execute("SELECT key,given FROM transfer").fetchall()

    def until_over(self, name="work"):
        """Syncs till nothing waits."""
        for _ in range(10):
            self.sync()
            if not self.transfers(name):
                self.sync()
                return
            time.sleep(1)
        self.fail("transfers are not over")


class Transfers(Place):

    # ---- the ways ----

    def test_a_move_to_another_server(self):
        self.curlew("tag", "+blue", "+flagged", "--", "id:m1@example.org")
        self.curlew("move", "home/Archive", "--", "id:m1@example.org or id:m2@example.org")
        self.until_over()
        home, work = self.on_server("home"), self.on_server("work")
        self.assertEqual(home, {("Archive", 1): ["\\Flagged", "blue"], ("Archive", 2): []})
        self.assertEqual(sorted(at for at in work if at[0] != "INBOX"), [("Trash", 1), ("Trash", 2)])
        self.assertEqual(len(work), MESSAGES)
        self.assertEqual(self.files("home"), sorted(home))
        self.assertEqual(self.files("work"), sorted(work))
        with self.imap("home") as imap:
            imap.select("Archive", readonly=True)
            _, found = imap.uid("SEARCH", "SUBJECT", '"Number 1"')
            _, data = imap.uid("FETCH", found[0].decode(), "(BODY.PEEK[])")
            self.assertEqual(data[0][1], mail(1))

    def test_a_copy_stays_where_it_is(self):
        self.curlew("move", "--copy", "home/Archive", "--", "id:m1@example.org")
        self.until_over()
        self.assertEqual(list(self.on_server("home")), [("Archive", 1)])
        self.assertIn(("INBOX", 1), self.on_server("work"))
        self.curlew("undo")
        self.until_over()
        self.assertEqual(list(self.on_server("home")), [("Trash", 1)])
        self.assertIn(("INBOX", 1), self.on_server("work"))

    def test_to_and_from_a_local_account(self):
        self.curlew("move", "box/Archive", "--", "id:m1@example.org")
        self.until_over()
        self.assertEqual(self.files("box"), [("Archive", 1)])
        self.assertIn(("Trash", 1), self.on_server("work"))
        self.curlew("move", "home/INBOX", "--", "folder:box/Archive")
        self.until_over("box")
        self.assertEqual(self.files("box"), [("Trash", 1)])
        self.assertEqual(list(self.on_server("home")), [("INBOX", 1)])

    # ---- what comes between ----

    def test_till_the_other_server_has_it_this_one_is_not_told(self):
        self.servers["home"].stop()
        self.curlew("move", "home/Archive", "--", "id:m1@example.org")
        self.curlew("sync", "work")
        self.assertIn(("INBOX", 1), self.on_server("work"))
        self.assertEqual((self.files("home"), self.files("work")[-1]), ([("Archive", 1)], ("Trash", 1)))
        self.servers["home"].start()
        self.until_over()
        self.assertIn(("Trash", 1), self.on_server("work"))
        self.assertEqual(list(self.on_server("home")), [("Archive", 1)])

    def test_undone_before_anybody_heard_of_it_it_never_was(self):
        before = self.on_server("work")
        self.servers["home"].stop()
        self.profile.kill()  # so that files are renamed before the other agent runs
        self.curlew("move", "home/Archive", "--", "id:m1@example.org")
        self.assertEqual(self.files("home"), [("Archive", 1)])
        self.curlew("undo")
        self.assertEqual(self.transfers("work"), [])
        self.servers["home"].start()
        self.sync()
        self.sync()
        self.assertEqual((self.on_server("work"), self.on_server("home")), (before, {}))
        self.assertEqual(self.files("home"), [])
        self.assertIn("nothing to do again", self.curlew("undo", "--redo", code=1).stderr)

    def test_undone_later_it_is_back_and_the_other_one_in_trash(self):
        before = self.on_server("work")
        self.curlew("move", "home/Archive", "--", "id:m1@example.org")
        self.until_over()
        self.curlew("undo")
        self.sync()
        self.sync()
        self.assertEqual(self.on_server("work"), before)
        self.assertEqual(list(self.on_server("home")), [("Trash", 1)])

    def test_what_the_other_account_refuses_stays(self):
        before = self.files("work")
        agent = self.start_agent("work")
        key = self.profile.database("work").execute("SELECT key FROM msg WHERE mid='m1@example.org'").fetchone()[0]
        answer = agent.ask("move", deed="1", keys=[key], account="home", folder="Nowhere")
        self.assertEqual((answer["ok"], answer["code"]), (False, "usage"))
        self.assertIn('no folder "Nowhere"', answer["error"])
        self.assertTrue(agent.ask("settle")["ok"])
        self.assertEqual((self.transfers("work"), self.files("work")), ([], before))
        self.assertIn("nothing to undo", self.curlew("undo", code=1).stderr)

    def start_agent(self, name):
        child = self.profile.start("sync", name)
        self.addCleanup(child.communicate)
        client = self.agent(name)
        child.wait(60)
        return client

    def test_whatever_is_killed_each_one_goes_whole_and_once(self):
        chance = random.Random(5)
        for number in range(1, MESSAGES + 1):
            child = self.profile.start("move", "home/Archive", "--", f"id:m{number}@example.org")
            time.sleep(chance.random() * 0.25)
            self.profile.signal(9, chance.choice(("", "agent")))
            child.kill()
            child.communicate()
        self.profile.kill()
        self.until_over()
        self.sync()
        home, work = self.on_server("home"), self.on_server("work")
        gone = {number for folder, number in work if folder == "Trash"}
        self.assertEqual({number for folder, number in home}, gone)
        self.assertEqual({number for folder, number in work}, set(range(1, MESSAGES + 1)))
        self.assertEqual(self.files("home"), sorted(home))
        self.assertEqual(self.files("work"), sorted(work))
        print(f"{len(gone)} of {MESSAGES} moves were durable when they were killed", file=sys.stderr)


class Undownloaded(Place):
    """Of most messages only the header is here."""

    more = "download = headers"

    def setUp(self):
        super().setUp()
        [here] = self.profile.database("work").execute("SELECT count(*) FROM msg WHERE part=3").fetchone()
        self.assertEqual(here, 0)

    def test_it_is_fetched_first(self):
        self.curlew("move", "home/Archive", "--", "id:m1@example.org or id:m2@example.org")
        self.curlew("move", "--copy", "box/Archive", "--", "id:m3@example.org")
        self.until_over()
        self.assertEqual(sorted(self.on_server("home")), [("Archive", 1), ("Archive", 2)])
        self.assertEqual(self.files("box"), [("Archive", 3)])
        work = self.on_server("work")
        self.assertEqual(sorted(at for at in work if at[0] != "INBOX"), [("Trash", 1), ("Trash", 2)])
        self.assertEqual(len(work), MESSAGES)

    def test_while_its_server_is_away_it_waits_and_can_be_taken_back(self):
        before = self.on_server("work")
        self.servers["work"].stop()
        self.curlew("move", "home/Archive", "--", "id:m1@example.org or id:m2@example.org")
        self.assertEqual(len(self.transfers("work")), 2)
        self.curlew("undo")
        self.assertEqual(self.transfers("work"), [])
        self.curlew("move", "home/Archive", "--", "id:m2@example.org")
        self.servers["work"].start()
        self.until_over()
        self.assertEqual(list(self.on_server("home")), [("Archive", 2)])
        after = self.on_server("work")
        self.assertEqual({number for _, number in after}, {number for _, number in before})
        self.assertEqual([at for at in after if at[0] != "INBOX"], [("Trash", 2)])


if __name__ == "__main__":
    unittest.main()
