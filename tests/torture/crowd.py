"""All the parties of a house at work, each a process of its own."""
import multiprocessing
import time

from publisher import Publisher
from worker import Habits, Worker

fork = multiprocessing.get_context("fork")  # the words are read once, before


def usual_habits():
    """One is often away, one is slow, one never acknowledges, the rest are prompt."""
    return {"police.control_room": Habits(credit=32, reconnects_every=0.3),
            "home_office.asylum": Habits(credit=16, delay=(0.02, 0.1)),
            "barnardos.itg": Habits(acknowledges=False),
            "channel_panel.chairs": Habits(), "prevent_lead": Habits(), "duty_manager": Habits(), "team_manager": Habits()}


class Crowd:
    def __init__(self, house, seed, habits=None, publishers=None, **publishing):
        self.house = house
        self.habits = usual_habits() if habits is None else habits
        self.enough, self.hurry, self.home = fork.Event(), fork.Event(), fork.Event()
        self.settled = {}  # publisher -> how many of its events have a verdict
        self.publishers, self.workers = [], []
        for name in publishers or [publisher.name for publisher in house.publishers]:
            self.settled[name] = fork.Value("Q", 0)
            self.publishers.append(fork.Process(target=self.publish, args=(name, seed, publishing), daemon=True))
        for name, its in self.habits.items():
            self.workers.append(fork.Process(target=self.work, args=(name, seed, its), daemon=True))

    def publish(self, name, seed, publishing):
        Publisher(self.house, name, seed, **publishing).run(self.enough, self.settled[name])

    def work(self, name, seed, its):
        Worker(self.house, name, seed, its).run(self.home, self.hurry)

    def __enter__(self):
        for process in self.publishers + self.workers:
            process.start()
        return self

    def __exit__(self, *_):
        for process in self.publishers + self.workers:
            if process.is_alive():
                process.terminate()
            process.join()

    def with_verdict(self):
        return sum(value.value for value in self.settled.values())

    def end_publishing(self, within=30.0):
        """Nothing new is published; returns when everything published has a verdict."""
        self.enough.set()
        self.join(self.publishers, within, "everything that was published has a verdict")

    def settle(self, patience=20.0):
        """Returns when nothing is open for those who acknowledge; AssertionError where that comes no nearer."""
        self.hurry.set()
        acknowledging = {name for name, its in self.habits.items() if its.acknowledges}
        fewest, since = None, time.monotonic()
        while True:
            began = time.monotonic()
            left = [row["reference"] for row in self.house.board.open() if row["recipient"] in acknowledging]
            if not left:
                return
            if fewest is None or len(left) < fewest:
                fewest, since = len(left), time.monotonic()
            if time.monotonic() - since > patience:
                raise AssertionError(f"{len(left)} notifications stay open, none fewer in {patience:g} s: {left[:5]}")
            time.sleep(max(0.1, 3 * (time.monotonic() - began)))  # asking is work for told too

    def go_home(self, within=10.0):
        """The workers end; from now on nobody sees anything."""
        self.home.set()
        self.join(self.workers, within, "the workers end")

    def join(self, processes, within, what):
        deadline = time.monotonic() + within
        for process in processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                raise AssertionError(f"not within {within:g} s: {what}")
            if process.exitcode != 0:
                raise AssertionError(f"a party ended with {process.exitcode}; its complaint is above")
