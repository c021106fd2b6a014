"""What clocks do, each a case by its name; an AssertionError says what told did wrong. `quick` ones are in every run of the
tests."""
import pathlib
import subprocess
import time

from worlds import AFTER, BILLION, LATE_MAX, RESTART_MAX, World, hands, parties, until, utc

HOUR, DAY, TEN_YEARS = 3600, 86400, 3652 * 86400
NAMES = {1: "1 s", HOUR: "1 h", DAY: "1 day", TEN_YEARS: "10 years"}
CASES = {}   # name -> (function, whether it is quick)


class CannotBe(Exception):
    """This machine lacks what the case needs."""


def case(name, quick=False):
    def add(function):
        CASES[name] = function, quick
        return function
    return add


# --- the wall clock is stepped while told runs ------------------------------------------------------------------------

def stepped_while_a_deadline_runs(*steps):
    with World() as world:
        event = world.publish()
        for step in steps:
            world.pass_real(0.6)
            world.clocks.step(step)
        # A small step is taken for drift, which is followed by a second a minute.
        world.expect_calls(event, AFTER, early=0.1 if min(map(abs, steps)) <= 5 else 0.0)
        world.judge(stepped=[step for step in steps if abs(step) > 5], escalations=3)
        ready = world.house.board.ask("GET", "/readyz")[1]
        assert ('"clock_sane","ok":true' in ready) == (abs(sum(steps)) <= 5), ready


for seconds, words in NAMES.items():
    for sign, way in ((1, "forward"), (-1, "back")):
        case(f"stepped {words} {way} while a deadline runs", quick=seconds == HOUR)(
            lambda step=sign * seconds: stepped_while_a_deadline_runs(step))
case("stepped 1 h forward and back again")(lambda: stepped_while_a_deadline_runs(HOUR, -HOUR))
case("stepped 1 day back and 10 years forward")(lambda: stepped_while_a_deadline_runs(-DAY, TEN_YEARS))
case("stepped by 4 s to and fro: too little to tell")(lambda: stepped_while_a_deadline_runs(4, -4, 4, -4))


@case("stepped 1 h forward in the moment in which it is due", quick=True)
def stepped_when_due():
    with World() as world:
        event = world.publish()
        while world.clocks.boot() < event[1] + AFTER - 0.002:
            time.sleep(0.0005)
        world.clocks.step(HOUR)
        world.expect_calls(event, AFTER)
        world.judge(stepped=[HOUR], escalations=3)


@case("stepped 1 day forward after everybody answered: nobody is called")
def stepped_after_the_answer():
    with World() as world:
        event = world.publish()
        desks = [hands.Desk(world.house, name) for name in ("police.control_room", "home_office.asylum", "barnardos.itg")]
        for desk in desks:
            delivery = desk.take(lambda d: d.event_index == event[0])
            assert desk.acknowledge(delivery.notification).recorded
            desk.close()
        world.clocks.step(DAY)
        world.pass_real(AFTER + 1)
        assert not world.called(event[0])
        world.judge(stepped=[DAY], escalations=0)


@case("stepped 1 h forward: a port that goes by the new time is not refused", quick=True)
def the_ports_time_is_the_walls():
    with World() as world:
        world.clocks.step(HOUR)
        event = world.publish(world.clocks.wall())  # an hour ahead of told's own
        world.expect_calls(event, AFTER)
        world.judge(stepped=[HOUR], escalations=3)


@case("put back by 1 h, rightly: what a port reports now counts as late, and is called about at once, once")
def the_ports_time_is_behind():
    with World() as world:
        world.clocks.step(-HOUR)
        number, _ = world.publish(world.clocks.wall())
        world.until(lambda: len(world.called(number)) >= 3, "the calls")
        world.pass_real(AFTER)
        assert len(world.called(number)) == 3
        world.judge(stepped=[-HOUR], late=HOUR + LATE_MAX, escalations=3)  # due an hour before told heard of it


# --- and while told does not run --------------------------------------------------------------------------------------

def stepped_back_across_a_restart(step):
    """Its own time never goes back: the deadline has what was left of it, and not less."""
    with World() as world:
        event = world.publish()
        world.pass_real(0.5)
        world.end()
        world.clocks.step(step)
        down = world.clocks.boot()
        world.start()
        world.expect_calls(event, AFTER, late=world.clocks.boot() - down + RESTART_MAX)
        world.judge(late=RESTART_MAX, escalations=3)


def stepped_forward_across_a_restart(step):
    """Nobody can tell that from a long stop: what is overdue then is called about at once, and once."""
    with World() as world:
        event = world.publish()
        world.end()
        world.clocks.step(step)
        up = world.clocks.boot()
        world.start()
        world.until(lambda: len(world.called(event[0])) >= 3, "the calls", within=RESTART_MAX + 5)
        world.pass_real(0.7)
        calls = world.called(event[0])
        assert len(calls) == 3 and all(at - up <= RESTART_MAX for at, _ in calls), calls
        world.judge(late=step + RESTART_MAX, escalations=3)


for seconds, words in NAMES.items():
    case(f"stepped {words} back across a restart", quick=seconds == DAY)(
        lambda step=-seconds: stepped_back_across_a_restart(step))
for seconds in (HOUR, DAY):
    case(f"stepped {NAMES[seconds]} forward across a restart", quick=seconds == HOUR)(
        lambda step=seconds: stepped_forward_across_a_restart(step))


@case("stepped 1 s forward across a restart")
def a_second_forward_across_a_restart():
    with World() as world:
        event = world.publish()
        world.end()
        world.clocks.step(1)
        world.start()
        number, since = event
        world.expect_calls((number, since - 1), AFTER, late=RESTART_MAX)  # a second of the three was skipped
        world.judge(late=RESTART_MAX, escalations=3)


@case("10 years ahead at a start: it waits until the clock is right, and calls nobody early", quick=True)
def ten_years_ahead_at_a_start():
    with World() as world:
        event = world.publish()
        world.end()
        world.clocks.step(TEN_YEARS)
        down = world.clocks.boot()
        world.refuses_to_start("if the clock is wrong put it right")
        world.clocks.step(-TEN_YEARS)
        world.start()
        world.expect_calls(event, AFTER, late=world.clocks.boot() - down + RESTART_MAX)
        world.judge(late=RESTART_MAX, escalations=3)


@case("10 years stopped, and a person says so: it starts, and calls at once")
def ten_years_stopped():
    with World() as world:
        world.publish()
        world.end()
        world.clocks.step(TEN_YEARS)
        (world.house.directory / "store/long-stop").touch()
        world.start()
        world.until(lambda: len(world.calls) >= 3, "the calls")
        assert not (world.house.directory / "store/long-stop").exists()
        world.judge(late=TEN_YEARS + 10, escalations=3)


@case("1970 at the very first start, then put right: events are taken, and nobody is called early")
def begun_in_1970():
    with World(wall=7 * DAY * BILLION) as world:
        step = (time.time_ns() - world.clocks.wall()) / BILLION
        world.clocks.step(step)
        event = world.publish(world.clocks.wall())
        world.expect_calls(event, AFTER)
        world.judge(stepped=[step], escalations=3)


@case("wrong by a day at a start, and put right while it runs")
def put_right_while_it_runs():
    with World() as world:
        world.end()
        world.clocks.step(-DAY)
        world.start()
        event = world.publish()
        world.clocks.step(DAY)
        world.expect_calls(event, AFTER)
        entries = world.judge(escalations=3, stepped=[])  # in sum it never moved
        assert entries


# --- stops and freezes ------------------------------------------------------------------------------------------------

@case("due while told is stopped: called at once after the start, and once", quick=True)
def due_during_a_stop():
    with World() as world:
        event = world.publish()
        world.end()
        time.sleep(AFTER + 1)
        down = world.clocks.boot()
        world.start()
        world.expect_calls(event, AFTER, late=world.clocks.boot() - event[1] - AFTER + RESTART_MAX)
        assert all(at - down <= RESTART_MAX for at, _ in world.called(event[0]))
        world.judge(late=AFTER + RESTART_MAX, escalations=3)


@case("two rungs due while told is stopped: the ladder goes on from where it should be")
def two_rungs_during_a_stop():
    ladder = ("1 s", "2 s", "1 h")
    with World(ladders=dict.fromkeys(parties.LONG, ladder)) as world:
        world.publish()
        world.end()
        time.sleep(3)
        world.start()
        world.until(lambda: len({d.notification for _, _, d in world.calls}) >= 6, "both rungs of three")
        world.pass_real(0.7)
        calls = [who for _, who, d in world.calls if d.event_type != "alarm"]
        assert calls.count("duty_manager") == 3 and calls.count("team_manager") >= 3, calls


@case("killed in the moment in which it is due, three times")
def killed_when_due():
    with World() as world:
        event = world.publish()
        for _ in range(3):
            while world.clocks.boot() < event[1] + AFTER - 0.001:
                time.sleep(0.0005)
            world.end()
            world.start()
        world.until(lambda: len(world.called(event[0])) >= 3, "the calls")
        world.pass_real(0.7)
        assert len({d.notification for _, _, d in world.calls}) == 3
        world.judge(late=RESTART_MAX, escalations=3)


def frozen(seconds):
    with World() as world:
        event = world.publish()
        world.freeze(seconds)
        thawed = world.clocks.boot()
        world.expect_calls(event, AFTER, late=max(LATE_MAX, thawed - event[1] - AFTER + LATE_MAX))
        world.judge(late=seconds + LATE_MAX, escalations=3)


for seconds in (1, 6, 20):
    case(f"frozen for {seconds} s (SIGSTOP)", quick=seconds == 6)(lambda seconds=seconds: frozen(seconds))


@case("frozen for 6 s by the cgroup freezer")
def frozen_by_cgroup():
    root = pathlib.Path("/sys/fs/cgroup")
    place = root / f"told-test-{time.monotonic_ns()}"
    try:
        place.mkdir()
    except OSError as why:
        raise CannotBe(f"no cgroup of one's own: {why}") from None
    try:
        if not (place / "cgroup.freeze").exists():
            raise CannotBe("no cgroup v2 freezer")
        with World() as world:
            (place / "cgroup.procs").write_text(str(world.house.process.pid))
            event = world.publish()
            (place / "cgroup.freeze").write_text("1")
            time.sleep(6)
            (place / "cgroup.freeze").write_text("0")
            world.expect_calls(event, AFTER, late=4 + LATE_MAX)
            world.judge(late=4 + LATE_MAX, escalations=3)
    finally:
        until(lambda: rmdir(place), "the cgroup is gone")


def rmdir(place):
    try:
        place.rmdir()
        return True
    except OSError:
        return False


def suspended(seconds):
    """Both clocks went on, and what was due meanwhile is called about on waking."""
    with World() as world:
        event = world.publish()
        world.suspend(seconds)
        woken = world.clocks.boot()
        world.expect_calls(event, AFTER, late=max(0.0, woken - event[1] - AFTER) + LATE_MAX)
        world.judge(late=seconds + LATE_MAX, escalations=3)  # and it is no step: the clocks agree


for seconds, words in ((1, "1 s"), (10, "10 s"), (HOUR, "1 h"), (DAY, "1 day"), (30 * DAY, "30 days")):
    case(f"suspended for {words}", quick=seconds == HOUR)(lambda seconds=seconds: suspended(seconds))


@case("a virtual machine paused for 1 h: both clocks stood still, then the wall is put right")
def paused():
    with World() as world:
        event = world.publish()
        world.house.process.send_signal(19)  # SIGSTOP
        world.clocks.step(HOUR)
        world.house.process.send_signal(18)
        world.expect_calls(event, AFTER)
        world.judge(stepped=[HOUR], escalations=3)


# --- how fast they go -------------------------------------------------------------------------------------------------

def in_fast_time(wall, after, rate, drift=0.0, rota="", who="duty_manager", stepped=(), first=None):
    """A ladder of `after` seconds of told's, in a few seconds of ours."""
    words = first or f"{round(after)} s"
    long = f"{round(after) * 8} s"
    with World(ladders=dict.fromkeys(parties.LONG, (words, long, long)), wall=wall, rate=rate, drift=drift, rota=rota) as world:
        event = world.publish()
        world.expect_calls(event, after * (1 - abs(drift) * 1.5), who=who, late=LATE_MAX + after * abs(drift) * 1.5 / rate)
        world.judge(stepped=stepped, escalations=3)


for drift in (500e-6, -500e-6):
    case(f"a wall clock that goes {'fast' if drift > 0 else 'slow'} by 500 ppm: followed, and no step",
         quick=drift > 0)(lambda drift=drift: in_fast_time(None, 3600, 400, drift))
case("a wall clock that goes fast by 5000 ppm: followed, and no step")(lambda: in_fast_time(None, 600, 100, 5e-3))
case("a leap second smeared over a day")(lambda: in_fast_time(None, 4 * 3600, 2400, -1 / 86400))


@case("a leap second repeated at midnight")
def leap_second_repeated():
    with World(wall=utc(2026, 12, 31, 23, 59, 58)) as world:
        event = world.publish()
        while world.clocks.wall() < utc(2027, 1, 1):
            time.sleep(0.001)
        world.clocks.step(-1)
        world.expect_calls(event, AFTER, late=LATE_MAX + 0.1)
        world.judge(escalations=3)


ROTA = """
[[rota]]
name = "at_night"
weekly = [{ days = "every day", from = "01:30", to = "09:00", who = ["team_manager"] }]
otherwise = ["duty_manager"]
"""

case("the night on which an hour is lost: a deadline of 90 min has 90 min", quick=True)(
    lambda: in_fast_time(utc(2026, 3, 29, 0, 30), 5400, 1200))
case("the night on which an hour comes twice: a deadline of 90 min has 90 min")(
    lambda: in_fast_time(utc(2026, 10, 25, 0, 10), 5400, 1200))
# The shift from half past one begins in the hour that is lost: at one, UTC, it is two o'clock and it has begun.
case("the night on which an hour is lost: whoever is on duty then is called")(
    lambda: in_fast_time(utc(2026, 3, 29, 0, 25), 2700, 900, rota=ROTA, who="team_manager"))
case("the night on which an hour comes twice: whoever is on duty then is called")(
    lambda: in_fast_time(utc(2026, 10, 25, 0, 55), 3000, 900, rota=ROTA, who="team_manager"))
case("the night on which an hour comes twice: nobody is called before his shift")(
    lambda: in_fast_time(utc(2026, 10, 24, 23, 50), 1200, 600, rota=ROTA, who="duty_manager"))


# --- the kernel's own ways --------------------------------------------------------------------------------------------

@case("a boot clock that is ten days ahead of the monotonic one (a time namespace of the kernel's)")
def in_a_time_namespace():
    wrap = ["unshare", "--time", "--boottime", str(10 * DAY), "--fork", "--kill-child"]
    if subprocess.run([*wrap, "true"], capture_output=True).returncode != 0:
        raise CannotBe("this machine gives nobody a time namespace")
    with World(wrap=wrap, shimmed=False) as world:
        event = world.publish()
        world.expect_calls(event, AFTER)
        world.judge(escalations=3)
