"""The time-outs and bounds hold together."""

from kirosample import limits
from kirosample.settings import OPTIONS


def test_the_balancer_lets_go_of_an_idle_connection_before_the_server_does() -> None:
    assert limits.LOAD_BALANCER_IDLE_SECONDS < limits.KEEP_ALIVE_SECONDS


def test_the_longest_drain_and_the_last_requests_end_before_ecs_kills() -> None:
    (drain,) = (option for option in OPTIONS if option.name == "KIROSAMPLE_DRAIN_SECONDS")
    longest = max(seconds for seconds in range(60) if _accepts(drain.parse, str(seconds)))
    ending = limits.SHUTDOWN_SECONDS + limits.LOG_CLOSE_SECONDS
    assert longest + ending + 4 <= limits.STOP_TIMEOUT_SECONDS
    assert limits.WRITE_DEADLINE_SECONDS < limits.SHUTDOWN_SECONDS


def test_a_full_deployment_does_not_use_up_the_databases_connections() -> None:
    tasks = limits.MOST_TASKS * (limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS)
    assert tasks + limits.MIGRATION_AND_RESERVED_CONNECTIONS <= limits.DATABASE_CONNECTIONS


def test_whoever_waits_for_one_statement_and_is_served_by_the_next_is_in_time() -> None:
    assert 2 * limits.STATEMENT_SECONDS < limits.WRITE_DEADLINE_SECONDS
    assert 2 * limits.STATEMENT_SECONDS < limits.READ_DEADLINE_SECONDS
    assert limits.CONNECT_SECONDS <= limits.STATEMENT_SECONDS
    assert limits.WRITE_BATCH < limits.WRITE_QUEUE


def test_the_writer_connects_and_gives_a_statement_up_within_the_deadline() -> None:
    statement = limits.STATEMENT_SECONDS + limits.STATEMENT_GRACE_SECONDS
    assert limits.CONNECT_SECONDS + statement < limits.WRITE_DEADLINE_SECONDS
    swept = limits.WRITE_DEADLINE_SECONDS + limits.SWEEP_SECONDS
    assert swept < limits.SHUTDOWN_SECONDS


def test_a_start_tries_a_silent_database_again_before_the_operator_loses_patience() -> None:
    opening = limits.OPENING_SECONDS + limits.SCHEMA_SECONDS + limits.OPENING_RETRY_SECONDS
    assert opening < limits.OPERATOR_SECONDS
    assert limits.SCHEMA_SECONDS < limits.MIGRATION_SECONDS


def test_the_containers_check_hears_why_the_server_is_not_ready() -> None:
    assert limits.READINESS_DEADLINE_SECONDS < limits.HEALTHCHECK_SECONDS


def test_the_home_page_misses_no_refresh_within_the_age_it_promises() -> None:
    longest = limits.POPULAR_REFRESH_SECONDS + limits.READ_DEADLINE_SECONDS
    assert longest < limits.POPULAR_AGE_SECONDS
    assert limits.POPULAR_RETRY_SECONDS <= limits.POPULAR_REFRESH_SECONDS


def test_one_client_cannot_fill_the_queue_of_expensive_work() -> None:
    assert limits.WORK_WAITING_OF_CLIENT * 4 <= limits.WORK_WAITING


def test_a_stalled_client_is_reset_before_an_idle_one_is_closed() -> None:
    assert limits.ARRIVAL_SECONDS <= limits.STALL_SECONDS < limits.KEEP_ALIVE_SECONDS


def _accepts(parse: object, text: str) -> bool:
    try:
        parse(text)  # type: ignore[operator]
    except ValueError:
        return False
    return True
