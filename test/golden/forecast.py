"""Writes forecast.json: what has to be beaten by a forecast, and every figure of a report, from NumPy in float64.

Two columns over days, one day missing and two fields empty: a missing value goes on as the one before it, and is not
measured. The linear forecast is a ridge regression solved by least squares on the windows themselves, with rows of the
root of the penalty below them; its intervals are the quantiles of its errors on the windows to train on.
"""

import golden

import datetime

import numpy as np

SEED = 1970  # Hoerl & Kennard
WINDOW, HORIZON, SEASON = 14, 3, 7
SPLIT = [60, 20, 40]
LEVELS = [0.1, 0.9]
PENALTY = 0.1
ORIGINS = [80, 97, 117]
ABSENT, EMPTY = 30, [(40, 0), (101, 1)]


def table():
    """The columns with NaN where nothing is known, and the file's text."""
    random = np.random.default_rng(SEED)
    days = np.arange(sum(SPLIT))
    wave = 10 * np.sin(2 * np.pi * days / SEASON)
    columns = np.stack([200 + wave + np.cumsum(random.normal(size=len(days))), 5 - 0.2 * wave + random.normal(size=len(days))])
    columns = np.round(columns, 2)
    columns[:, ABSENT] = np.nan
    for day, column in EMPTY:
        columns[column, day] = np.nan
    texts = [["" if np.isnan(value) else f"{value:g}" for value in values] for values in columns.T]
    begin = datetime.date(2024, 2, 1)
    dates = [(begin + datetime.timedelta(int(day))).isoformat() for day in days]
    lines = [f"{date},{','.join(text)}" for day, date, text in zip(days, dates, texts) if day != ABSENT]
    return columns, "\n".join(["day,a,b", *lines]) + "\n"


def filled(column):
    known = ~np.isnan(column)
    return column[np.maximum.accumulate(np.where(known, np.arange(len(column)), 0))], known


def linear(values, train):
    """Forecasts of every origin: [origins, horizon], NaN where no window is."""
    origins = np.arange(WINDOW, train - HORIZON + 1)
    back = lambda some: np.stack([values[o - WINDOW : o] - values[o - 1] for o in some])
    ahead = np.stack([values[o : o + HORIZON] - values[o - 1] for o in origins])
    x = np.column_stack([back(origins), np.ones(len(origins))])
    penalties = np.sqrt(len(origins) * np.array([PENALTY] * WINDOW + [1e-6]))
    weights = np.linalg.lstsq(np.vstack([x, np.diag(penalties)]), np.vstack([ahead, np.zeros((WINDOW + 1, HORIZON))]))[0]
    every = np.arange(WINDOW, len(values) + 1)
    found = np.full((len(values) + 1, HORIZON), np.nan)
    found[every] = np.column_stack([back(every), np.ones(len(every))]) @ weights + values[every - 1, None]
    errors = ahead + values[origins - 1, None] - found[origins]
    return found, errors


def simple(values):
    ahead = np.arange(1, HORIZON + 1)
    found = {name: np.full((len(values) + 1, HORIZON), np.nan) for name in ["naive", "seasonalNaive", "drift"]}
    for origin in range(WINDOW, len(values) + 1):
        last, first = values[origin - 1], values[origin - WINDOW]
        found["naive"][origin] = last
        found["seasonalNaive"][origin] = values[origin + ahead - 1 - SEASON]
        found["drift"][origin] = last + ahead * (last - first) / (WINDOW - 1)
    return found


def build():
    columns, csv = table()
    train, validation, test = SPLIT
    origins = np.arange(train + validation, train + validation + test - HORIZON + 1)
    truths, forecasts, figures, scalers, seasonal, insides, pinballs = [], [], {}, [], [], [], []
    for column in columns:
        raw, known = filled(column)
        mean, deviation = raw[:train].mean(), raw[:train].std()
        values = (raw - mean) / deviation
        pairs = known[SEASON:train] & known[: train - SEASON]
        scale = np.abs(raw[SEASON:train] - raw[: train - SEASON])[pairs].mean()
        straight, errors = linear(values, train)
        found = {**simple(values), "linear": straight}
        place = origins[:, None] + np.arange(HORIZON)
        truth, measured = values[place], known[place]
        for name, forecast in found.items():
            error = (forecast[origins] - truth)[measured]
            mae, mse = np.abs(error).mean() * deviation, (error**2).mean()
            figures.setdefault(name, []).append([mae, np.sqrt(mse) * deviation, mae / scale, mse])
        low, high = (straight[origins] + np.quantile(errors, level, axis=0, method="nearest") for level in LEVELS)
        insides.append(((low <= truth) & (truth <= high))[measured])
        pinballs.append([np.maximum(level * (truth - bound), (level - 1) * (truth - bound)) for level, bound in zip(LEVELS, [low, high])])
        scalers.append([mean, deviation])
        seasonal.append(scale)
        forecasts.append({name: forecast[ORIGINS] * deviation + mean for name, forecast in found.items()})
    names = ["mae", "rmse", "mase", "mse"]
    yield "forecast", {
        "recipe": golden.recipe("forecast", SEED, "baselines and figures of forecasts, from NumPy in float64; rounded to 9 digits"),
        "csv": csv,
        "settings": {"window": WINDOW, "horizon": HORIZON, "season": SEASON, "split": SPLIT, "quantiles": LEVELS},
        "scalers": [dict(zip(["mean", "deviation"], map(golden.number, pair))) for pair in scalers],
        "seasonalErrors": [golden.number(value) for value in seasonal],
        "origins": ORIGINS,
        "forecasts": [{name: golden.tensor(values) for name, values in found.items()} for found in forecasts],
        "figures": {
            name: {
                "columns": [dict(zip(names, map(golden.number, row))) for row in rows],
                "all": dict(zip(names, map(golden.number, np.mean(rows, axis=0)))),
            }
            for name, rows in figures.items()
        },
        "coverage": golden.number(np.concatenate(insides).mean()),
        "pinball": golden.number(np.mean(pinballs)),
    }


if __name__ == "__main__":
    golden.main(build, __doc__)
