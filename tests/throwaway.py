"""A throw-away profile for black-box tests: its own XDG directories, config, and the programs' ends."""

import contextlib
import hashlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BUILD = pathlib.Path(os.environ.get("CURLEW_BUILD", ROOT / "build"))
FULL = bool(os.environ.get("CURLEW_FULL"))

ACCOUNT = """\
account {name} {{
    email = "{name}@example.org"
    incoming = "{incoming}"
    password = "{password}"
    ca-file = "{ca}"
{more}
}}
"""


class Profile:
    """Everything lies below one directory; `with` ends what runs in it."""

    def __init__(self, directory):
        self.home = pathlib.Path(directory)
        self.config = self.home / "config/curlew/config"
        self.data = self.home / "data/curlew"
        self.state = self.home / "state/curlew"
        self.mail = self.data / "mail"
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"), "XDG_CACHE_HOME": str(self.home / "cache"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def write_config(self, *accounts):
        self.config.write_text("\n".join(accounts))
        self.config.chmod(0o600)

    def account(self, name, incoming, ca="", password="pw", more=""):
        text = ACCOUNT.format(name=name, incoming=incoming, ca=ca, password=password, more=more)
        return text if ca else "\n".join(line for line in text.split("\n") if "ca-file" not in line)

    def run(self, *arguments, timeout=600, **more):
        """Runs curlew; stdout and stderr are text."""
        return subprocess.run([BUILD / "curlew", *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, **more)

    def start(self, *arguments):
        return subprocess.Popen([BUILD / "curlew", *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def json(self, *arguments):
        done = self.run(*arguments)
        if done.returncode:
            raise AssertionError(f"curlew {arguments}: {done.returncode} {done.stderr}")
        return json.loads(done.stdout)

    def processes(self, program=""):
        """Process ids of our helpers that run in this profile."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):  # it has ended
                words = pathlib.Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
                if f"curlew-{program}".encode() in words[0] and str(self.home).encode() in b" ".join(words):
                    found.append(int(pid))
        return found

    def signal(self, how, program=""):
        for pid in self.processes(program):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def kill(self):
        while self.processes():
            self.signal(signal.SIGKILL)
            time.sleep(0.01)

    def wait_until_left(self, seconds=60, program=""):
        """Until agents and indexer (or those of PROGRAM) ended by themselves."""
        deadline = time.monotonic() + seconds
        while self.processes(program):
            if time.monotonic() > deadline:
                raise AssertionError(f"still there: {self.processes(program)}")
            time.sleep(0.05)

    def messages(self, account):
        """folder → sorted (sha256, flags, seconds) of the Maildir tree."""
        root = self.mail / account
        return {path.parent.relative_to(root).as_posix(): maildir(path.parent) for path in root.rglob("cur")}

    def left_in_tmp(self):
        return [path for path in self.mail.rglob("tmp/*")]

    def database(self, account):
        return sqlite3.connect(f"file:{self.state / account / 'state.db'}?mode=ro", uri=True)


def maildir(folder):
    """Sorted (sha256 with LF line ends, flags, seconds) of one Maildir."""
    found = []
    for path in [*folder.glob("cur/*"), *folder.glob("new/*")]:
        flags = path.name.partition(":2,")[2]
        flags = "".join(sorted(flag for flag in flags if flag in "DFPRST"))
        body = path.read_bytes().replace(b"\r\n", b"\n")
        found.append((hashlib.sha256(body).hexdigest(), flags, int(path.stat().st_mtime)))
    return sorted(found)


def server_messages(user):
    """The same of a Maildir++ tree as a server keeps it: folder names with '/' between levels."""
    found = {"INBOX": maildir(user)}
    for path in user.glob(".*/cur"):
        found[path.parent.name[1:].replace(".", "/")] = maildir(path.parent)
    return found
