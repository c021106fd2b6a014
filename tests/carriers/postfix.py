"""Postfix from Debian, with a directory of its own: it takes mails by submission and puts them into a maildir."""
import os
import pwd
import shutil
import subprocess
from pathlib import Path

import npm
from drive import free_port, listens, until

SETTINGS = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = council.test
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = regexp:{home}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
maillog_file = {home}/log
maillog_file_prefixes = {home}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = council.test
in_flow_delay = 0
"""

SERVICES = """
{port}    inet n - n - - smtpd
{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
tlsmgr    unix - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Takes mail for council.test from whoever logs in, over TLS alone: by STARTTLS at `port`, from the first byte at
    `tls_port`."""

    def __init__(self, home, certificate, user, password):
        if os.geteuid() != 0 or not Path("/usr/sbin/postfix").exists() or shutil.which("saslpasswd2") is None:
            npm.skip("Postfix needs root here, and the packages postfix and sasl2-bin")
        self.home = Path(home)
        shutil.rmtree(self.home, ignore_errors=True)
        for directory in ("etc", "queue", "data", "mail/inbox", "etc/sasl"):
            (self.home / directory).mkdir(parents=True)
        nobody, postfix = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
        os.chown(self.home / "data", postfix.pw_uid, postfix.pw_gid)
        for directory in ("mail", "mail/inbox"):
            os.chown(self.home / directory, nobody.pw_uid, nobody.pw_gid)
        self.port, self.tls_port = free_port(), free_port()
        (self.home / "mailboxes").write_text("/@council.test$/ inbox/\n")
        (self.home / "etc/main.cf").write_text(SETTINGS.format(home=self.home, uid=nobody.pw_uid, gid=nobody.pw_gid,
                                                               certificate=certificate.file, key=certificate.key))
        (self.home / "etc/master.cf").write_text(SERVICES.format(port=f"127.0.0.1:{self.port}",
                                                                 tls_port=f"127.0.0.1:{self.tls_port}"))
        (self.home / "etc/sasl/smtpd.conf").write_text("pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                                                   f"mech_list: PLAIN\nsasldb_path: {self.home}/etc/sasl/users\n")
        subprocess.run(["saslpasswd2", "-p", "-c", "-f", self.home / "etc/sasl/users", "-u", "council.test", user],
                       input=password, text=True, check=True)
        os.chown(self.home / "etc/sasl/users", postfix.pw_uid, postfix.pw_gid)
        done = self.command("start")
        if done.returncode != 0:
            raise AssertionError(f"Postfix does not start: {done.stdout}{done.stderr}\n{self.log()}")
        until(lambda: listens(self.port) and listens(self.tls_port), "Postfix's ports")

    def command(self, word):
        return subprocess.run(["/usr/sbin/postfix", "-c", self.home / "etc", word], capture_output=True, text=True)

    def log(self):
        return (self.home / "log").read_text() if (self.home / "log").exists() else ""

    def mails(self):
        """The files in the mailbox."""
        new = self.home / "mail/inbox/new"
        return sorted(new.iterdir()) if new.exists() else []

    def stop(self):
        self.command("stop")
