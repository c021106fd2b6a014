"""nginx from Debian, as whoever runs a web server puts it before something."""
import shutil
import subprocess
from pathlib import Path

import npm
from drive import listens, until

CONFIGURATION = """
daemon off; master_process off; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  {servers}
}}
"""


class Nginx:
    """Serves what stands in `servers` (nginx's own words, within http) once it listens at `port`. Ends the test with 77
    where this machine has no nginx."""

    def __init__(self, home, servers, port):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
        if program is None:
            npm.skip("there is no nginx on this machine")
        self.home = Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "nginx.conf").write_text(CONFIGURATION.format(home=self.home, servers=servers))
        self.process = subprocess.Popen([program, "-p", self.home, "-c", self.home / "nginx.conf"],
                                        stderr=subprocess.DEVNULL)
        until(lambda: listens(port), "nginx")

    def log(self):
        return (self.home / "error.log").read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
