#!/usr/bin/python3
"""The private Dovecot of the tests does what the other tests rely on."""
import imaplib
import pathlib
import poplib
import ssl
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "server"))
from dovecot import Dovecot  # noqa: E402

MESSAGE = b"From: a@example.org\r\nSubject: hello\r\n\r\nbody\r\n"


class Server(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="curlew-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def dovecot(self, **options):
        server = Dovecot(self.directory, {"ada": self.directory / "ada"}, **options)
        self.addCleanup(server.stop)
        return server.start()

    def context(self, server):
        return ssl.create_default_context(cafile=server.ca)

    def test_serves_imap_and_pop_with_and_without_starttls(self):
        server = self.dovecot()
        context = self.context(server)
        with imaplib.IMAP4_SSL("localhost", server.imaps, ssl_context=context) as imap:
            imap.login("ada", "pw")
            self.assertEqual(imap.append("INBOX", "\\Seen", None, MESSAGE)[0], "OK")
            listed = b"".join(imap.list()[1])
            for use in (b"\\Sent", b"\\Drafts", b"\\Trash", b"\\Archive", b"\\Junk"):
                self.assertIn(use, listed)
        with imaplib.IMAP4("localhost", server.imap) as imap:
            imap.starttls(context)
            imap.login("ada", "pw")
            self.assertEqual(imap.select("INBOX")[1], [b"1"])
        pop = poplib.POP3_SSL("localhost", server.pop3s, context=context)
        pop.user("ada")
        pop.pass_("pw")
        self.assertEqual(pop.stat()[0], 1)
        pop.quit()
        pop = poplib.POP3("localhost", server.pop3)
        pop.stls(context)
        pop.quit()

    def test_refuses_a_wrong_password(self):
        server = self.dovecot()
        with imaplib.IMAP4_SSL("localhost", server.imaps, ssl_context=self.context(server)) as imap:
            with self.assertRaises(imaplib.IMAP4.error):
                imap.login("ada", "no")

    def test_bad_certificates_are_bad_in_their_own_way(self):
        for kind, words in (("other-host", "Hostname mismatch"), ("expired", "has expired"),
                            ("not-yet", "not yet valid"), ("unknown-ca", "unable to get local issuer"),
                            ("self-signed", "self-signed")):
            with self.subTest(kind=kind):
                server = self.dovecot(certificate=kind)
                with self.assertRaises(ssl.SSLCertVerificationError) as caught:
                    imaplib.IMAP4_SSL("localhost", server.imaps, ssl_context=self.context(server))
                self.assertIn(words, str(caught.exception))
                server.stop()

    def test_comes_back_on_its_ports_after_a_kill(self):
        server = self.dovecot()
        port = server.imaps
        server.kill()
        with self.assertRaises(OSError):
            imaplib.IMAP4_SSL("localhost", port)
        server.start()
        self.assertEqual(server.imaps, port)
        with imaplib.IMAP4_SSL("localhost", port, ssl_context=self.context(server)) as imap:
            imap.login("ada", "pw")


if __name__ == "__main__":
    unittest.main()
