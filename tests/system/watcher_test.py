#!/usr/bin/python3
"""A watcher outside hears told for as long as told does its work, and told says when it is not heard."""
import http.server
import signal
import threading

import hands
from hands import Story, until

EVERY = "1 s"  # the least that told.toml allows


class Watcher:
    """An HTTP server that counts who asks for its secret address."""

    def __init__(self, port=0):
        self.heard, self.status, watcher = 0, 200, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                watcher.heard += self.path == "/secret-of-the-test"
                self.send_response(watcher.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class TheWatcher(Story):
    def watched(self, url):
        house = self.house(more=f'\n[watcher]\nurl_file = "watcher.url"\nevery = "{EVERY}"\n')
        address = house.directory / "watcher.url"
        address.touch(0o600)
        address.write_text(url + "\n")
        return house

    def setUp(self):
        self.watcher = Watcher()
        self.addCleanup(self.watcher.close)
        self.url = f"http://127.0.0.1:{self.watcher.port}/secret-of-the-test"

    def test_hears_told_at_once_and_again_and_nothing_while_told_hangs(self):
        with self.watched(self.url) as house:
            house.start()
            until(lambda: self.watcher.heard >= 2, "two signs of life")
            house.process.send_signal(signal.SIGSTOP)
            before = self.watcher.heard
            # Three times the period, which is what a watcher waits for; one answer may have been on its way.
            with self.assertRaises(AssertionError):
                until(lambda: self.watcher.heard > before + 1, "a sign of life of a daemon that hangs", within=3.0)
            house.process.send_signal(signal.SIGCONT)
            until(lambda: self.watcher.heard > before + 1, "a sign of life after it went on")

    def test_that_answers_with_an_error_is_said_in_the_log_once_and_so_is_its_return_and_never_its_address(self):
        self.watcher.status = 503
        with self.watched(self.url) as house:
            house.start()
            until(lambda: self.watcher.heard >= 3, "three signs of life")
            self.watcher.status = 200
            until(lambda: "hears told again" in house.log(), "the log's word of it")
            self.assertEqual(house.log().count("does not hear told"), 1)
            self.assertIn("HTTP status 503", house.log())
            self.assertNotIn("secret-of-the-test", house.log())
            for result, least in (("failed", 2), ("answered", 1)):
                self.assertGreaterEqual(house.board.figure(f'told_watcher_signs_total{{result="{result}"}}'), least)

    def test_with_an_address_in_clear_text_elsewhere_is_refused_at_the_start_with_the_mend(self):
        with self.watched("http://watcher.example/x") as house:
            house.begin()
            self.assertEqual(house.process.wait(timeout=10), 78)
            self.assertIn("must begin with https://", house.log())


if __name__ == "__main__":
    hands.main()
