"""Who has to wait before signing in again, and who never has to."""

from __future__ import annotations

from depesche.desk.throttle import ACCOUNT, ADDRESS, MOST_KEYS, PAIR, Throttle


def fail(throttle: Throttle, times: int, *, login: str = "ada", address: str = "192.0.2.1", now: float = 0.0) -> int:
    return max(throttle.wait(login, address, now) for _ in range(times))


def test_after_five_failures_the_sixth_waits_until_the_first_is_five_minutes_old() -> None:
    throttle = Throttle()
    for second in range(PAIR.most):
        assert throttle.wait("ada", "192.0.2.1", float(second)) == 0
    assert throttle.wait("ada", "192.0.2.1", 10.0) == PAIR.window - 10
    assert throttle.wait("ada", "192.0.2.1", PAIR.window - 0.5) == 1
    assert throttle.wait("ada", "192.0.2.1", float(PAIR.window)) == 0


def test_each_of_several_processes_lets_its_share_pass() -> None:
    throttle = Throttle(crew=3)
    assert [throttle.wait("ada", "192.0.2.1", 0.0) > 0 for _ in range(4)] == [False, False, False, True]
    waits = [throttle.wait(f"person{number}", "192.0.2.2", 0.0) for number in range(ADDRESS.most // 3 + 1)]
    assert waits == [0] * (ADDRESS.most // 3) + [int(ADDRESS.window)]


def test_waiting_is_not_prolonged_by_trying() -> None:
    throttle = Throttle()
    fail(throttle, PAIR.most)
    assert fail(throttle, 100, now=100.0) == PAIR.window - 100


def test_a_right_password_clears_the_failures_before_it() -> None:
    throttle = Throttle()
    fail(throttle, PAIR.most - 1)
    assert throttle.wait("ada", "192.0.2.1", 1.0) == 0
    throttle.succeeded("ada", "192.0.2.1")
    assert fail(throttle, PAIR.most, now=2.0) == 0


def test_one_address_may_not_try_many_accounts() -> None:
    throttle = Throttle()
    waits = [throttle.wait(f"person{number}", "192.0.2.1", 0.0) for number in range(ADDRESS.most + 1)]
    assert waits == [0] * ADDRESS.most + [int(ADDRESS.window)]


def test_strangers_everywhere_do_not_lock_out_who_was_here_before() -> None:
    throttle = Throttle()
    assert throttle.wait("ada", "192.0.2.1", 0.0) == 0
    throttle.succeeded("ada", "192.0.2.1")
    for number in range(200):
        throttle.wait("ada", f"198.51.100.{number}", 1.0)
    assert throttle.wait("ada", "203.0.113.9", 2.0) > 0, "a new address waits while the account is under attack"
    assert throttle.wait("ada", "192.0.2.1", 2.0) == 0


def test_an_account_takes_thirty_guesses_from_anywhere() -> None:
    throttle = Throttle()
    waits = [throttle.wait("ada", f"198.51.100.{number}", 0.0) for number in range(ACCOUNT.most + 1)]
    assert waits.count(0) == ACCOUNT.most


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    throttle = Throttle()
    waits = [throttle.wait("ada", f"2001:db8:1:2::{number:x}", 0.0) for number in range(PAIR.most + 1)]
    assert waits[-1] > 0
    assert throttle.wait("ada", "::ffff:192.0.2.1", 0.0) == 0
    assert [throttle.wait("eve", "192.0.2.1", 0.0) for _ in range(PAIR.most + 1)][-1] > 0


def test_memory_is_bounded() -> None:
    throttle = Throttle()
    for number in range(MOST_KEYS):
        throttle.wait(f"person{number}", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(throttle._tries) <= MOST_KEYS
