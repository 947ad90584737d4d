"""The timeouts and bounds fit together."""

from ishizue import limits


def test_a_write_that_was_accepted_ends_before_the_shutdown_does() -> None:
    """A like of another day waits for its turn before it is submitted."""
    submitted = limits.WRITE_DEADLINE_SECONDS + limits.SWEEP_SECONDS
    assert limits.TURN_SECONDS + submitted < limits.SHUTDOWN_SECONDS


def test_waiting_for_one_statement_and_running_the_next_fits_the_deadlines() -> None:
    assert 2 * limits.STATEMENT_SECONDS < limits.WRITE_DEADLINE_SECONDS
    assert limits.TURN_SECONDS + limits.STATEMENT_SECONDS < limits.READ_DEADLINE_SECONDS
    moving = limits.STATEMENT_SECONDS + limits.STATEMENT_GRACE_SECONDS
    assert limits.TURN_SECONDS + moving < limits.WRITE_DEADLINE_SECONDS
    assert limits.CONNECT_SECONDS <= limits.STATEMENT_SECONDS


def test_connecting_and_one_statement_fit_the_write_deadline() -> None:
    statement = limits.STATEMENT_SECONDS + limits.STATEMENT_GRACE_SECONDS
    assert limits.CONNECT_SECONDS + statement < limits.WRITE_DEADLINE_SECONDS


def test_opening_a_silent_database_is_retried_before_an_admin_command_gives_up() -> None:
    opening = limits.OPENING_SECONDS + limits.SCHEMA_SECONDS + limits.OPENING_RETRY_SECONDS
    assert opening < limits.OPERATOR_SECONDS
    assert limits.SCHEMA_SECONDS < limits.MIGRATION_SECONDS


def test_the_health_check_gets_the_reason_of_readiness() -> None:
    assert limits.READINESS_DEADLINE_SECONDS < limits.HEALTHCHECK_SECONDS


def test_an_outage_is_over_only_if_a_writer_that_fails_would_have_failed() -> None:
    statement = limits.STATEMENT_SECONDS + limits.STATEMENT_GRACE_SECONDS
    assert limits.CONNECT_SECONDS + statement < limits.RECOVERY_SECONDS


def test_a_stalled_client_is_reset_before_an_idle_one_is_closed() -> None:
    assert limits.ARRIVAL_SECONDS <= limits.STALL_SECONDS < limits.KEEP_ALIVE_SECONDS
