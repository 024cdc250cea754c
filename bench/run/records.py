# SPDX-License-Identifier: Apache-2.0
"""What the benches report: one record for each figure."""
import statistics


def record(name, unit, trials, command, baseline=None, must=None):
  """The median of `trials`, with the lowest and highest; `baseline`: trials of what it is compared with, taken in turn.
  `must`: (comparison, bound), and what it holds for: the value, or the ratio."""
  value = statistics.median(trials)
  beside = statistics.median(baseline) if baseline else None
  result = {"name": name, "value": round(value, 4), "unit": unit,
            "baseline": None if beside is None else round(beside, 4),
            "ratio": round(value / beside, 4) if beside else None, "command": command,
            "low": round(min(trials), 4), "high": round(max(trials), 4), "trials": len(trials)}
  if must:
    result["must"] = must
  return result


def line(r):
  beside = "" if r["baseline"] is None else f"  baseline {r['baseline']:g}, ratio {r['ratio']:g}"
  return f"{r['name']:<28} {r['value']:>10g} {r['unit']:<6} ({r['low']:g} to {r['high']:g}, {r['trials']} trials){beside}"


def broken(r):
  """Why the record breaks its bound; empty when it keeps it."""
  if "must" not in r:
    return ""
  what, comparison, bound = r["must"]
  kept = r[what] <= bound if comparison == "at most" else r[what] >= bound
  return "" if kept else f"{r['name']}: {what} {r[what]:g} is to be {comparison} {bound:g}"
