"""The pictures of docs/scale.md, the same bytes for the same figures."""

from collections.abc import Sequence
from io import StringIO

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from tools.capacity.outcomes import Outcome

mpl.rcParams.update({"svg.hashsalt": "capacity", "svg.fonttype": "none"})


def tasks(outcomes: Sequence[Outcome], seconds: int) -> str:
    """Tasks in service, and how many the requests need, every so many seconds."""
    figure = Figure(figsize=(8, 3), layout="constrained")
    panels = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
    for axes, outcome in zip(panels, outcomes, strict=True):
        day, end = outcome.day[::seconds], outcome.begin + len(outcome.day)
        hours = [second / 3600 for second in range(outcome.begin, end, seconds)]
        axes.plot(hours, day["offered"] * day["tasks"], "C3", label="needed", linewidth=1)
        axes.step(hours, day["tasks"], "C0", where="post", label="in service")
        axes.set_title("with CloudFront" if outcome.deployment.cdn else "without CloudFront")
        axes.set_xticks(np.linspace(outcome.begin, end, 7)[:-1] / 3600)
        axes.xaxis.set_major_formatter(lambda hour, _: f"{int(hour)}:{hour * 60 % 60:02.0f}")
    panels[0].set_ylabel("tasks")
    panels[-1].legend()
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
