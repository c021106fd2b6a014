"""Certificates of every sort, made by openssl when a test begins."""
import datetime
import shutil
import subprocess
from pathlib import Path


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def new_key():
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Certificate:
    def __init__(self, directory, name):
        self.file, self.key = Path(directory) / f"{name}.pem", Path(directory) / f"{name}.key"

    def paths(self):
        return {"cert": str(self.file), "key": str(self.key)}


class Authority(Certificate):
    """One that signs others' certificates. `file` is what who trusts it names."""

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.directory, self.settings = Path(directory), Path(directory) / f"{name}.cnf"
        openssl("req", "-x509", *new_key(), "-keyout", self.key, "-out", self.file, "-days", "30", "-subj", f"/CN={name}")
        (self.directory / f"{name}.index").touch()
        (self.directory / f"{name}.serial").write_text("01\n")
        self.settings.write_text(f"""
[ca]
default_ca = it
[it]
database = {self.directory}/{name}.index
serial = {self.directory}/{name}.serial
new_certs_dir = {self.directory}
certificate = {self.file}
private_key = {self.key}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
""")

    def signs(self, name, host, days=(-1, 30)):
        """A certificate for `host`, valid from the first of `days` from now to the second."""
        return self.certificate(name, host, days, new_key(), f"subjectAltName=DNS:{host}")

    def signs_mailbox(self, name, address, days=(-1, 30)):
        """One to seal mail for (S/MIME)."""
        rsa = ["-newkey", "rsa:2048", "-nodes"]
        return self.certificate(name, address.split("@")[0], days, rsa, f"subjectAltName=email:{address}",
                                "keyUsage=keyEncipherment", "extendedKeyUsage=emailProtection")

    def certificate(self, name, subject, days, key, *extensions):
        made, request = Certificate(self.directory, name), self.directory / f"{name}.csr"
        added = [word for extension in extensions for word in ("-addext", extension)]
        openssl("req", "-new", *key, "-keyout", made.key, "-out", request, "-subj", f"/CN={subject}", *added)
        now = datetime.datetime.now(datetime.timezone.utc)
        begins, ends = ((now + datetime.timedelta(days=d)).strftime("%Y%m%d%H%M%SZ") for d in days)
        openssl("ca", "-batch", "-config", self.settings, "-in", request, "-out", made.file, "-notext", "-startdate",
                begins, "-enddate", ends)
        return made


def of_every_sort(directory, host):
    """Our authority and another one; and what a server at `host` may show, by what is wrong with it."""
    shutil.rmtree(directory, ignore_errors=True)
    Path(directory).mkdir(parents=True)
    ours, others = Authority(directory, "authority"), Authority(directory, "another_authority")
    return ours, others, {
        "good": ours.signs("good", host),
        "expired": ours.signs("expired", host, days=(-400, -1)),
        "early": ours.signs("early", host, days=(10, 30)),
        "other_name": ours.signs("other_name", "other.council.test"),
        "self_signed": self_signed(directory, "self_signed", host),
        "unknown_issuer": others.signs("unknown_issuer", host),
    }


def self_signed(directory, name, host):
    made = Certificate(directory, name)
    openssl("req", "-x509", *new_key(), "-keyout", made.key, "-out", made.file, "-days", "30", "-subj", f"/CN={host}",
            "-addext", f"subjectAltName=DNS:{host}")
    return made
