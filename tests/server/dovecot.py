#!/usr/bin/python3
"""A private Dovecot on loopback for tests and the demo.

    with Dovecot(directory, {"ada": directory / "ada"}) as server:
        imaplib.IMAP4_SSL("localhost", server.imaps)

Each user has a Maildir (Maildir++ folders) and the password "pw" unless told otherwise. All of the
server's own files lie in DIRECTORY/dovecot; the server ends with this process at the latest. As root
the mail processes run as nobody: the Maildirs are handed over to it, and every directory above them
must let it through.

On the command line: dovecot.py DIRECTORY USER=MAILDIR… [--certificate KIND] prints one JSON line with
the ports and the authority's file, and serves until its standard input ends.
"""
import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from certificates import Certificates, KINDS  # noqa: E402

PASSWORD = "pw"
SPECIAL_USE = {"Archive": "\\Archive", "Drafts": "\\Drafts", "Junk": "\\Junk", "Sent": "\\Sent",
               "Trash": "\\Trash"}
START_SECONDS = 20
STOP_SECONDS = 0.3  # a server asked to end right after its start waits 6 s for its own stats process

CONFIG = """\
base_dir = {own}/run
state_dir = {own}/state
instance_name = curlew-test
log_path = {own}/log
protocols = imap pop3
listen = 127.0.0.1
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_vsz_limit = 0
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {mail_uid}
mail_gid = {mail_gid}
mail_location = maildir:%h
mail_fsync = never
mail_max_userip_connections = 100
maildir_stat_dirs = yes
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_dh =
login_trusted_networks =
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {own}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {own}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

PLAIN = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ SORT NAMESPACE LIST-EXTENDED SPECIAL-USE CHILDREN"
MAILBOX = "  mailbox {name} {{\n    auto = subscribe\n    special_use = {use}\n  }}"


def free_ports(count):
    """Ports of loopback that are free at this moment."""
    with contextlib.ExitStack() as sockets:
        held = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


def knows(*extensions):
    """What to tell a server as `extra` so that it names these alone of UIDPLUS, MOVE, CONDSTORE and QRESYNC."""
    return f"protocol imap {{\n  imap_capability = {PLAIN} {' '.join(extensions)}\n}}"


class Dovecot:
    """One server; see the top of the file. `users` maps names to Maildirs or to (Maildir, password)."""

    def __init__(self, directory, users, certificate="good", extra="", special_use=True):
        self.own = pathlib.Path(directory).resolve() / "dovecot"
        if len(str(self.own)) > 70:
            raise ValueError(f"{self.own}: too long for the names of sockets")
        self.users = {name: value if isinstance(value, tuple) else (value, PASSWORD)
                      for name, value in users.items()}
        self.certificates = Certificates(self.own / "tls")
        self.certificate = certificate
        self.extra = extra
        self.special_use = special_use
        self.imap = self.imaps = self.pop3 = self.pop3s = None
        self._process = None

    @property
    def ca(self):
        """The PEM file of the authority that signed the good certificate."""
        return self.certificates.ca

    @property
    def log(self):
        """What the server wrote so far."""
        path = self.own / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self):
        """Starts on free ports (on the old ones after a stop) and returns when all of them answer."""
        again = self.imap is not None
        for attempt in range(3):
            if not again:
                self.imap, self.imaps, self.pop3, self.pop3s = free_ports(4)
            self._prepare()
            self._process = subprocess.Popen(
                [_program(), "-F", "-c", str(self.own / "conf")], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
                preexec_fn=end_with_parent)
            if self._wait_until_up():
                return self
            said = self._process.stderr.read().decode(errors="replace") if self._process.poll() is not None else ""
            self.kill()
            if "in use" not in said + self.log or attempt == 2:
                raise RuntimeError(f"dovecot does not start: {said}{self.log[-2000:]}")
        raise RuntimeError("dovecot finds no free port")

    def stop(self):
        """Ends it in an orderly way, or not, if that takes long; connections are closed."""
        self._end(signal.SIGTERM)

    def kill(self):
        """Ends it at once, as a crash or a power cut would."""
        self._end(signal.SIGKILL)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _end(self, how):
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how) if how == signal.SIGKILL else process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()

    def _prepare(self):
        for name in ("run", "state"):
            (self.own / name).mkdir(parents=True, exist_ok=True)
        for path in (self.own, self.own.parent):
            path.chmod(path.stat().st_mode | 0o055)
        mail = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        for maildir, _ in self.users.values():
            _hand_over(pathlib.Path(maildir), mail)
        certificate, key = self.certificates.server(self.certificate)
        (self.own / "users").write_text("".join(
            f"{name}:{password}:{mail.pw_uid}:{mail.pw_gid}::{pathlib.Path(maildir).resolve()}::\n"
            for name, (maildir, password) in self.users.items()))
        (self.own / "conf").write_text(self._config(mail, certificate, key) + self.extra + "\n")

    def _config(self, mail, certificate, key):
        root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid()).pw_name
        boxes = [MAILBOX.format(name=name, use=use) for name, use in SPECIAL_USE.items()]
        return CONFIG.format(
            own=self.own, certificate=certificate, key=key,
            login_user="dovenull" if root else me, internal_user="dovecot" if root else me,
            internal_group="dovecot" if root else _group(), mail_uid=mail.pw_uid, mail_gid=mail.pw_gid,
            mailboxes="\n".join(boxes) if self.special_use else "",
            imap=self.imap, imaps=self.imaps, pop3=self.pop3, pop3s=self.pop3s)

    def _wait_until_up(self):
        deadline = time.monotonic() + START_SECONDS
        waiting = [self.imap, self.imaps, self.pop3, self.pop3s]
        while waiting and time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", waiting[0]), 1).close()
                waiting.pop(0)
            except OSError:
                time.sleep(0.02)
        return not waiting and self._process.poll() is None


def _program():
    path = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise FileNotFoundError("dovecot is not installed (Debian: dovecot-imapd, dovecot-pop3d)")
    return path


def _group():
    import grp
    return grp.getgrgid(os.getgid()).gr_name


def _hand_over(maildir, mail):
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    if os.getuid() != mail.pw_uid:
        for path in (maildir, *maildir.rglob("*")):
            os.chown(path, mail.pw_uid, mail.pw_gid, follow_symlinks=False)


def end_with_parent():
    """In the child: the kernel ends it when the parent is gone, however that went."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(description="serve Maildirs on loopback until standard input ends")
    parser.add_argument("directory")
    parser.add_argument("user", nargs="+", metavar="USER=MAILDIR")
    parser.add_argument("--certificate", choices=sorted(KINDS), default="good")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    users = dict(user.split("=", 1) for user in options.user)
    pathlib.Path(options.directory).mkdir(parents=True, exist_ok=True)
    with Dovecot(options.directory, users, options.certificate) as server:
        print(json.dumps({"imap": server.imap, "imaps": server.imaps, "pop3": server.pop3,
                          "pop3s": server.pop3s, "ca": str(server.ca)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
