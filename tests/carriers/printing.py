"""Programs that print what happens, a line of JSON each."""
import json
import subprocess
import threading


class Printing:
    """One such program. `heard` is called with what each line says, on a thread of its own; `first` is what the first
    says, where one is said to be waited for."""

    def __init__(self, command, heard, environment=None, has_first=False):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = json.loads(self.process.stdout.readline()) if has_first else None
        self.reader = threading.Thread(target=self._read, args=(heard,), daemon=True)
        self.reader.start()

    def _read(self, heard):
        for line in self.process.stdout:
            heard(json.loads(line))

    def say(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
