"""Packages of npm's registry, of pinned versions, beside a test's other files. Never committed."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


LEFT_OUT = 77  # exit code: nothing was shown


def installed(directory, packages):
    """An environment in which node finds `packages` ({"name": "1.2.3"}). Ends the test with 77 where this machine
    cannot have them."""
    modules = Path(directory) / "npm" / "node_modules"
    if shutil.which("npm") is None or shutil.which("node") is None:
        skip("there is no npm on this machine")
    if not all(version_of(modules / name) == version for name, version in packages.items()):
        modules.parent.mkdir(parents=True, exist_ok=True)
        (modules.parent / "package.json").write_text('{"private": true}')
        wanted = [f"{name}@{version}" for name, version in packages.items()]
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *wanted],
                              cwd=modules.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            skip(f"{', '.join(wanted)} cannot be had here:\n{done.stdout[-2000:]}")
    return {**os.environ, "NODE_PATH": str(modules)}


def version_of(package):
    try:
        return json.loads((package / "package.json").read_text())["version"]
    except OSError:
        return None


def skip(why):
    print(f"skipped: {why}", file=sys.stderr)
    sys.exit(LEFT_OUT)
