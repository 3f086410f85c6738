"""A private GNU mailutils imap4d (3.15) on loopback: it knows no extension of IMAP4rev1 that a sync could use.

    with Imap4d(directory) as server:
        imaplib.IMAP4("127.0.0.1", server.imap).login(USER, PASSWORD)

`./dev` unpacks it (PROGRAM), as Debian lets nobody install it beside Dovecot. All of the server's own files lie in
DIRECTORY/imap4d; it ends with this process at the latest.

Where it is not as RFC 3501 has it, with folders that are Maildirs:
 * Mail that is new has no UID until somebody SELECTs its folder: each STATUS and EXAMINE gives it another, and the folder
   another UIDVALIDITY.
       STATUS A (UIDVALIDITY UIDNEXT)   * STATUS A (UIDVALIDITY 1795617780 UIDNEXT 3)
       EXAMINE A, 2 s later             * OK [UIDVALIDITY 1795617782]  * OK [UIDNEXT 5]
       EXAMINE A, 2 s later             * OK [UIDVALIDITY 1795617784]  * OK [UIDNEXT 6]
 * A set that ends in a UID that is gone is refused; one above all stands for the highest message, whatever is done to it.
       UID FETCH 1:* (FLAGS)            * 1 FETCH (UID 1 …)  * 2 FETCH (UID 3 …)  * 3 FETCH (UID 4 …)
       UID STORE 2 +FLAGS (\\Flagged)   BAD UID STORE Failed to parse message set
       UID FETCH 9 (UID)                * 3 FETCH (UID 4)
 * The untagged answers to UID STORE have no UID, or a wrong one.
       UID STORE 1:4 +FLAGS (\\Flagged) * 1 FETCH (UID 1 …)  * 2 FETCH (FLAGS …)  * 3 FETCH (UID 2 …)
 * APPEND forgets the flags that it is told.
       APPEND A (\\Flagged \\Seen) {…}  OK APPEND Completed
       UID FETCH 1:* (FLAGS)            * 1 FETCH (UID 1 FLAGS (\\Recent))
 * It keeps no keywords (APPEND with one: BAD Unrecognized flag). INBOX is not there for STATUS and APPEND before its first
   SELECT.
"""
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from certificates import Certificates  # noqa: E402
from dovecot import end_with_parent, free_ports  # noqa: E402

TREE = pathlib.Path(__file__).resolve().parent.parent.parent / "build-servers"
PROGRAM = TREE / "usr/sbin/imap4d"
LIBRARIES = TREE / "usr/lib"
USER, PASSWORD = "ada@example.org", "pw"
START_SECONDS = 20

CONFIG = """\
mailbox {{ mailbox-pattern "maildir:{own}/inbox"; mailbox-type maildir; }};
auth {{ authentication "generic"; authorization "virtdomain"; }};
virtdomain {{ passwd-dir "{own}/domains"; }};
tls {{ ssl-certificate-file {certificate}; ssl-key-file {key}; }};
tls-file-checks {{ key-file none; cert-file none; ca-file none; }};
logging {{ syslog no; }};
server 127.0.0.1:{imap} {{ tls-mode false; }};
server 127.0.0.1:{imaps} {{ tls-mode connection; }};
namespace personal {{ prefix "" {{ directory "{own}/folders"; delimiter "/"; mailbox-type maildir; }}; }};
"""


class Imap4d:
    """One server; see the top of the file."""

    def __init__(self, directory):
        self.own = pathlib.Path(directory).resolve() / "imap4d"
        self.certificates = Certificates(self.own / "tls")
        self.imap = self.imaps = None
        self._process = None

    @property
    def ca(self):
        return self.certificates.ca

    @property
    def log(self):
        path = self.own / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self):
        """Starts on free ports (on the old ones after a stop) and returns when both answer."""
        if self.imap is None:
            self.imap, self.imaps = free_ports(2)
            self._prepare()
        with open(self.own / "log", "ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "--no-config", f"--config-file={self.own / 'conf'}", "--daemon=50", "--foreground"],
                env={**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, LIBRARIES.iterdir()))},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=end_with_parent)
        self._wait_until_up()
        return self

    def stop(self):
        """Ends it; connections are closed."""
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    kill = stop

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _prepare(self):
        mail = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        for path in ("domains", "home", "folders", "inbox/cur", "inbox/new", "inbox/tmp"):
            (self.own / path).mkdir(parents=True, exist_ok=True)
        for path in (self.own, self.own.parent):
            path.chmod(path.stat().st_mode | 0o055)
        for path in ("home", "folders", "inbox", "inbox/cur", "inbox/new", "inbox/tmp"):
            os.chown(self.own / path, mail.pw_uid, mail.pw_gid)
        secret = subprocess.run(["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True)
        (self.own / "domains" / USER.partition("@")[2]).write_text(
            f"{USER.partition('@')[0]}:{secret.stdout.strip()}:{mail.pw_uid}:{mail.pw_gid}::{self.own / 'home'}:/bin/sh\n")
        certificate, key = self.certificates.server()
        (self.own / "conf").write_text(CONFIG.format(
            own=self.own, certificate=certificate, key=key, imap=self.imap, imaps=self.imaps))

    def _wait_until_up(self):
        deadline = time.monotonic() + START_SECONDS
        waiting = [self.imap, self.imaps]
        while waiting:
            try:
                socket.create_connection(("127.0.0.1", waiting[0]), 1).close()
                waiting.pop(0)
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"imap4d does not start: {self.log[-2000:]}") from None
                time.sleep(0.02)
