"""The figures of the book, as functions that take plain data.

Every series differs in line style or marker as well as in colour (Okabe and Ito's palette),
so that a figure can be read in grey and by colour-blind readers.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib_inline.backend_inline import set_matplotlib_formats

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"]
STYLES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]


def use_book_style() -> None:
    """Set fonts, colours and SVG output that is the same in every run. Call it once."""
    plt.rcParams.update(
        {
            "axes.grid": True,
            "axes.prop_cycle": plt.cycler(color=COLOURS, linestyle=STYLES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.constrained_layout.use": True,
            "figure.figsize": (6.4, 3.2),
            "font.size": 10,
            "grid.alpha": 0.3,
            "legend.frameon": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "rnn-course",
        }
    )
    set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None})


def loss_curve(
    losses: Sequence[float], *, window: int = 25, guess: float | None = None
) -> Figure:
    """The loss of every training step, and its running mean.

    Args:
        losses: in nats per token.
        window: steps in the running mean.
        guess: the loss of a uniform guess, drawn as a horizontal line.
    """
    figure, axes = plt.subplots()
    steps = range(1, len(losses) + 1)
    means = [
        sum(losses[i : i + window]) / window for i in range(len(losses) - window + 1)
    ]
    axes.plot(
        steps, losses, color="0.7", linewidth=0.8, linestyle="-", label="each step"
    )
    axes.plot(
        steps[window - 1 :], means, color=COLOURS[0], label=f"mean of {window} steps"
    )
    if guess is not None:
        axes.axhline(guess, color=COLOURS[1], linestyle="--", label="uniform guess")
    axes.set(xlabel="training step", ylabel="loss (nats per character)", ylim=(0, None))
    axes.legend()
    return figure


def histogram(
    values: Sequence[float], *, bins: Sequence[float], xlabel: str, ylabel: str
) -> Figure:
    """How often each range of values occurs; the horizontal axis is logarithmic."""
    figure, axes = plt.subplots()
    axes.hist(values, bins=bins, color=COLOURS[0], edgecolor="white", linewidth=0.4)
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale="log")
    return figure


def grouped_points(
    results: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    ylabel: str,
    level: float,
    note: str,
) -> Figure:
    """One point per seed, in groups: ``results[group][series]`` lists the values.

    Args:
        results: groups stand along the horizontal axis, series differ in marker and colour.
        ylabel: with the unit.
        level: a horizontal line for comparison, explained by ``note``.
        note: the line's legend.
    """
    figure, axes = plt.subplots()
    series_names = list(next(iter(results.values())))
    for s, name in enumerate(series_names):
        at = [g + 0.24 * (s - (len(series_names) - 1) / 2) for g in range(len(results))]
        for place, group in zip(at, results.values(), strict=True):
            axes.plot(
                [place] * len(group[name]),
                group[name],
                color=COLOURS[s],
                linestyle="none",
                marker="osD^"[s],
                markerfacecolor="white" if s % 2 else COLOURS[s],
                label=name if place == at[0] else None,
            )
    axes.axhline(level, color="0.3", linestyle=":", linewidth=1, label=note)
    axes.set_xticks(range(len(results)), list(results))
    axes.set(ylabel=ylabel, xlim=(-0.6, len(results) - 0.4))
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def trajectories(series: Mapping[str, Sequence[float]], *, ylabel: str) -> Figure:
    """One panel per series of values over time steps, one above the other."""
    figure, rows = plt.subplots(
        len(series), 1, sharex=True, figsize=(6.4, 1.3 * len(series) + 0.6)
    )
    for i, (axes, (name, values)) in enumerate(zip(rows, series.items(), strict=True)):
        axes.plot(
            values,
            color=COLOURS[i],
            linestyle="-",
            linewidth=1,
            marker=".",
            markersize=3,
        )
        axes.set_title(name, loc="left", fontsize=10)
        axes.set(ylim=(-1.1, 1.1), ylabel=ylabel)
    rows[-1].set_xlabel("time step")
    return figure


def sequence_shapes(
    shapes: Mapping[str, tuple[Sequence[int], Sequence[int]]],
) -> Figure:
    """Draw networks by the steps at which they read (bottom) and write (top).

    Args:
        shapes: name → (steps with an input, steps with an output).
    """
    widths = [max([*reads, *writes]) + 1 for reads, writes in shapes.values()]
    figure, panels = plt.subplots(1, len(shapes), figsize=(8, 2.2), width_ratios=widths)
    for axes, (name, (reads, writes)) in zip(panels, shapes.items(), strict=True):
        steps = range(max([*reads, *writes]) + 1)
        for t in steps:
            _box(axes, t, 1, COLOURS[4])
            if t:
                _arrow(axes, (t - 1, 1), (t, 1))
        for t in reads:
            _box(axes, t, 0, COLOURS[5])
            _arrow(axes, (t, 0), (t, 1))
        for t in writes:
            _box(axes, t, 2, "white")
            _arrow(axes, (t, 1), (t, 2))
        _empty(axes, len(steps) - 0.4, 2)
        axes.set_title(name, fontsize=10)
    return figure


def unrolled_network(num_steps: int) -> Figure:
    """The loop on the left, the same network unrolled over ``num_steps`` on the right."""
    figure, axes = plt.subplots(figsize=(6.4, 2.6))
    columns = [(0.0, "t")] + [(2.0 + 1.5 * t, str(t + 1)) for t in range(num_steps)]
    for i, (x, t) in enumerate(columns):
        for y, symbol, colour in (
            (0, "x", COLOURS[5]),
            (1, "h", COLOURS[4]),
            (2, "o", "white"),
        ):
            _box(axes, x, y, colour)
            axes.text(x, y, f"${symbol}_{{{t}}}$", ha="center", va="center")
        _arrow(axes, (x, 0), (x, 1), "$W_{xh}$")
        _arrow(axes, (x, 1), (x, 2), "$W_{ho}$")
        if i > 1:
            _arrow(axes, (columns[i - 1][0], 1), (x, 1), "$W_{hh}$")
    loop = FancyArrowPatch(
        (0.24, 1.12),
        (0.24, 0.88),
        connectionstyle="arc3,rad=-2.4",
        arrowstyle="-|>",
        mutation_scale=9,
        color="0.2",
    )
    axes.add_patch(loop)
    axes.text(0.62, 1, "$W_{hh}$", va="center", fontsize=9)
    axes.text(1.25, 1, "=", ha="center", va="center", fontsize=16)
    _empty(axes, columns[-1][0] + 0.6, 2)
    return figure


def _box(axes: Axes, x: float, y: float, colour: str) -> None:
    style = "round,pad=0.02,rounding_size=0.06"
    axes.add_patch(
        FancyBboxPatch(
            (x - 0.22, y - 0.22), 0.44, 0.44, boxstyle=style, fc=colour, ec="0.2"
        )
    )


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], label: str = ""
) -> None:
    (x0, y0), (x1, y1) = start, end
    dx, dy = (0.25 if x1 > x0 else 0.0), (0.25 if y1 > y0 else 0.0)
    axes.annotate(
        "",
        xy=(x1 - dx, y1 - dy),
        xytext=(x0 + dx, y0 + dy),
        arrowprops={"arrowstyle": "-|>", "color": "0.2", "shrinkA": 0, "shrinkB": 0},
    )
    if label:
        across = x1 > x0
        axes.text(
            (x0 + x1) / 2 + (0 if across else -0.08),
            (y0 + y1) / 2 + (0.1 if across else 0),
            label,
            ha="center" if across else "right",
            va="bottom" if across else "center",
            fontsize=9,
        )


def _empty(axes: Axes, right: float, top: float) -> None:
    axes.set(xlim=(-0.6, right), ylim=(-0.4, top + 0.4), aspect="equal")
    axes.axis("off")
