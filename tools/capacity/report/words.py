"""The prose of docs/scale.md. Figures in braces are filled in by `page.py`."""

INTRODUCTION = """\
# Scale

What happens to this design with ten thousand readers a day, a million, ten million and a hundred
million; what fails first, and what it costs. `make capacity` writes this page by a simulation in
seconds ([`tools/capacity`](../tools/capacity/model.py)): **computed, not measured on AWS**. What is
measured, documented by AWS or assumed is [listed below](#what-it-rests-on), and the simulation is
[checked](#checks). One question is answered on the terminal:

    make capacity CAPACITY="--readers 300000 --database aurora --cdn on"

- **late**: answered after more than {late:g} s. **refused**: 503, a like that the database could
  not take within its deadline, or an uncached page beyond {cold:g} that wait in a task. **failed**:
  502 or 504, no task had room for the request.
- **saturated**: seconds in which more arrived than all tasks together can do.
- US dollars are those of a day in a month of such days, as if every request were answered.
"""

READERS = """\
Readers come as in this picture: a peak in the minutes after seven, when alarm clocks and reminders
ring, and one after midnight.

![Readers by the minute](scale/readers.svg)
"""

SAME_DATABASE = """\
A database of another kind changes nothing here but the price: the tasks are full long before it is.
"""

DEARER = """\
`CDN=on` costs more for these readers: CloudFront charges for each request, and a page is {page:.0f}
kB. Its plans without overage ([cost.md](cost.md)) are for fewer requests than ten million readers
send. What it buys is in the next two parts.
"""

TELEVISION = """\
At {at} a link is shown: a hundredfold of the minute's readers within a minute, at most a million,
all of them new, for three minutes; then half as many every three minutes. Aurora is as RDS.
"""

TOO_LATE = """\
{readers:,} readers on other days, without CloudFront:

![A link on television](scale/television.svg)

Auto scaling sees it after {points} data points of {period:g} s that are {delay:g} s old: after
{first:g} s at the earliest. CPU use is never above 100 %, so a step adds at most {step:.0f} % with
a target of {target:.0f} %: 2, 3, 5, 8, 10 tasks. Each step waits for the tasks of the one before,
and for the cooldown of {cooldown:g} s. By then most of the readers have come.
"""

EVENTS = """\
In the order in which it happens. The balancer itself passes everything in this model; AWS advises
to reserve capacity (LCUs) for load that doubles within five minutes, and the table says when it
does, above {reservable} LCUs. The most is {peak:,.0f} LCUs at {readers:,} readers, for {dimension}.
"""

CONNECTIONS = """\
`MAX_TASKS` ends at {most} with a database: during a deployment twice as many tasks run, with {each}
connections each, and the database has {all} (`DATABASE_CONNECTIONS` in
[`infra/config.py`](../infra/config.py), what a `db.t3.micro` has memory for; Aurora gets the same).
More tasks need a larger instance class there first: no setting does that today. More CPU for a task
(`TASK_CPU`) does not help: it is one process.
"""

CREDITS = """\
A day of {readers:,} readers takes {used:,.0f} CPU credits of the `db.t3.micro`, which earns
{earned}; RDS charges for more, and never slows it down.
"""

SETTINGS = """\
Requests lost (late, refused or failed), and the most tasks that ran:
"""

ADVICE = """\
1. On an ordinary day nothing needs to change up to {enough:,} readers.
2. For a peak that is known (a broadcast, a campaign), raise `TASKS` before it and lower it
   afterwards: auto scaling comes minutes late by design.
3. For one that is not known, `CDN=on`, or all ten tasks all day: {ten:.2f} US dollars a day more.
4. Beyond ten tasks, `CDN=on` first, then a larger database.
5. An account's quota for Fargate may end it earlier: 6 vCPUs in a new one, where ten tasks and a
   deployment need 20.
"""

SENSITIVITY = """\
The same two peaks, with RDS and without CloudFront, if an assumption is wrong (a little more load
may scale out earlier, and lose less):
"""

NOT_SIMULATED = """\
Not simulated: readers who reload or give up; failures; how the load balancer itself grows;
neighbors on Fargate's hardware; how long lists wait for a busy database; the row locks for which
likes of one favorite from several tasks wait. Within a minute, readers come evenly. AWS's seconds
are documented or assumed, never ours.
"""

READERS_ASSUMED = """\
Readers are assumed; nobody has measured them:
"""

ARRIVALS = """\
{new:.0f} % are new. They come: {parts}. Each comes once, and makes one TLS connection.
"""

CHECKS = """\
Closed cases, which `make capacity` and the tests run; with one that does not hold nothing is
written. The tests add that more readers lose no fewer requests, and that more tasks, faster ones,
an earlier metric or a larger database lose no more.
"""

RUNS = """\
Real runs of the scaled-down service are compared with the same simulation in
[scale-run.md](scale-run.md).
"""
