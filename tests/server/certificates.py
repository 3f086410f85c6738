"""Certificates for test servers: an authority of their own, and good and bad ones signed by it.

Keys are P-256: made in milliseconds. Everything lies in one directory, as PEM files.
"""
import datetime
import pathlib
import subprocess

# kind → (authority, names, first day, last day), days from today
KINDS = {
    "good": ("ca", "DNS:localhost,IP:127.0.0.1,IP:::1", -1, 30),
    "other-host": ("ca", "DNS:mail.example.net", -1, 30),
    "expired": ("ca", "DNS:localhost,IP:127.0.0.1,IP:::1", -30, -1),
    "not-yet": ("ca", "DNS:localhost,IP:127.0.0.1,IP:::1", 10, 30),
    "unknown-ca": ("stranger", "DNS:localhost,IP:127.0.0.1,IP:::1", -1, 30),
    "self-signed": (None, "DNS:localhost,IP:127.0.0.1,IP:::1", -1, 30),
}

CONFIG = """\
[ca]
default_ca = here
[here]
new_certs_dir = {directory}
database = {directory}/{name}.index
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[req]
distinguished_name = subject
prompt = no
[subject]
CN = {subject}
[extensions]
{extensions}
"""


class Certificates:
    """Makes what is asked for below a directory, once."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)

    @property
    def ca(self):
        """The authority a client is to trust."""
        return self._authority("ca")

    def server(self, kind="good"):
        """(certificate, key) of this kind."""
        authority, names, first, last = KINDS[kind]
        certificate = self.directory / f"{kind}.pem"
        if not certificate.exists():
            extensions = f"basicConstraints = CA:FALSE\nsubjectAltName = {names}"
            self._sign(kind, "localhost", extensions, authority, first, last)
        return certificate, self.directory / f"{kind}.key"

    def _authority(self, name):
        certificate = self.directory / f"{name}.pem"
        if not certificate.exists():
            extensions = ("basicConstraints = critical, CA:TRUE\n"
                          "keyUsage = critical, keyCertSign, cRLSign\n"
                          "subjectKeyIdentifier = hash")
            self._sign(name, f"curlew test authority {name}", extensions, None, -60, 60)
        return certificate

    def _sign(self, name, subject, extensions, authority, first, last):
        path = self.directory / name
        config = path.with_suffix(".conf")
        config.write_text(CONFIG.format(directory=self.directory, name=name, subject=subject,
                                        extensions=extensions))
        path.with_suffix(".index").write_text("")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-config", config, "-keyout", path.with_suffix(".key"), "-out", path.with_suffix(".csr"))
        if authority is None:
            signer = ["-selfsign", "-keyfile", path.with_suffix(".key")]
        else:
            ca = self._authority(authority)
            signer = ["-cert", ca, "-keyfile", ca.with_suffix(".key")]
        _openssl("ca", "-batch", "-notext", "-config", config, *signer,
                 "-startdate", _day(first), "-enddate", _day(last),
                 "-in", path.with_suffix(".csr"), "-out", path.with_suffix(".pem"))


def _day(offset):
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=offset)
    return day.strftime("%Y%m%d%H%M%SZ")


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.strip()}")
