"""RabbitMQ from Debian with its AMQP 1.0 plugin, as a node of the test's own: own directory, ports, cookie and port mapper.
Nothing of it is left when it is stopped, and nothing of a RabbitMQ that the machine may have is touched."""
import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import npm
from drive import free_port, listens, until

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

SETTINGS = """
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {authority}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = false
ssl_cert_login_from = common_name
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = EXTERNAL
amqp1_0.default_vhost = {host}
load_definitions = {home}/definitions.json
log.console = false
log.file.level = info
"""


def hashed(password):
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def definitions(users, queues, host):
    """users: name to (password, may write to, may read from), both as regular expressions."""
    return {
        "users": [{"name": name, "password_hash": hashed(password) if password else "", "tags": "",
                   "hashing_algorithm": "rabbit_password_hashing_sha256"} for name, (password, _, _) in users.items()],
        "vhosts": [{"name": host}],
        "permissions": [{"user": name, "vhost": host, "configure": "^$", "write": write, "read": read}
                        for name, (_, write, read) in users.items()],
        "queues": [{"name": name, "vhost": host, "durable": True, "auto_delete": False, "arguments": arguments}
                   for name, arguments in queues.items()],
        "exchanges": [], "bindings": [], "parameters": [], "policies": [],
    }


class RabbitMq:
    def __init__(self, home, certificate, authority, users, queues, host="/"):
        if not SERVER.exists() or shutil.which("epmd") is None:
            npm.skip("there is no RabbitMQ on this machine")
        self.home = Path(home)
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.port, self.tls_port = free_port(), free_port()
        mapper, nodes = free_port(), free_port()
        self.write("plugins", "[rabbitmq_amqp1_0,rabbitmq_auth_mechanism_ssl].\n")
        self.write("rabbitmq.conf", SETTINGS.format(home=self.home, host=host, port=self.port, tls_port=self.tls_port,
                                                    authority=authority.file, certificate=certificate.file,
                                                    key=certificate.key))
        self.write("definitions.json", json.dumps(definitions(users, queues, host)))
        self.write(".erlang.cookie", secrets.token_hex(16)).chmod(0o400)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        environment.update({
            "HOME": str(self.home), "ERL_EPMD_PORT": str(mapper), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"told-test-{os.getpid()}-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(nodes), "RABBITMQ_CONF_ENV_FILE": str(self.home / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.home / "mnesia"), "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.home / "generated"),
            "RABBITMQ_PID_FILE": str(self.home / "pid"),
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the node: what is killed here is the node itself
            # Node names are found by the port mapper on the loopback alone.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        })
        self.processes, self.starts = [], 0
        self.out = open(self.home / "out", "wb")
        # The node would start a port mapper of its own, and leave it running.
        self.environment = environment
        self.begin(["epmd", "-port", str(mapper)], environment)
        try:
            until(lambda: listens(mapper), "the port mapper")
            self.start()
        except AssertionError:
            log = self.log()
            self.stop()
            raise AssertionError(f"RabbitMQ does not start:\n{log[-3000:]}") from None

    def write(self, name, text):
        (self.home / name).write_text(text)
        return self.home / name

    def begin(self, command, environment):
        process = subprocess.Popen(command, env=environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=self.out,
                                   stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def start(self):
        self.starts += 1
        self.node = self.begin([str(SERVER)], self.environment)
        until(self.is_up, "RabbitMQ", within=60)

    def is_up(self):
        if self.node.poll() is not None:
            raise AssertionError("the node ended")
        return listens(self.tls_port) and self.log().count("Server startup complete") >= self.starts

    def kill_and_start(self):
        """As a power cut would: what it has promised to keep is on its disk."""
        self.node.kill()
        self.node.wait()
        self.start()

    def log(self):
        return "".join(file.read_text(errors="replace") for file in (self.home / "log").glob("*.log"))

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []
        self.out.close()
