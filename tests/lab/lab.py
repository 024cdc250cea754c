#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Raises and removes the lab: namespaces with real hosts and an empty place for the appliance between them.

    lab.py up [--mtu N] [--delay-ms N] [--loss PERCENT] [--bridge]
    lab.py down
    lab.py status

As root. `up` twice is the same as once; with other options it starts anew. Exit 0 if it is (for `down`: is not) there.
"""
import argparse
import json
import os
import pathlib
import sys

import cpus
import namespaces as ns
import network
import processes
import services
import topology as t

STATE_FILE = t.STATE / "state.json"
TRUTH_FILE = t.STATE / "truth.json"
RELAY = pathlib.Path(__file__).resolve().parent / "relay.py"


def _read_state():
  try:
    return json.loads(STATE_FILE.read_text())
  except (OSError, ValueError):
    return {"options": None, "processes": [], "guests": []}


def _write_state(options, records, guests=()):
  temporary = STATE_FILE.with_suffix(".new")
  temporary.write_text(json.dumps({"options": options, "processes": records, "guests": list(guests)}, indent=2) + "\n")
  temporary.replace(STATE_FILE)


def is_up():
  state = _read_state()
  return (state["options"] is not None and all(ns.exists(name) for name in (t.OUTSIDE, t.BOX, t.INSIDE))
          and all(processes.alive(record) for record in state["processes"]))


def up(mtu=network.MTU_DEFAULT, delay_ms=0.0, loss=0.0, bridge=False):
  options = {"mtu": mtu, "delay_ms": delay_ms, "loss": loss}
  if not is_up() or _read_state()["options"] != options:
    down()
    try:
      _raise(options)
    except BaseException:
      down()
      raise
  if bridge != network.bridge_is_on():
    (network.bridge_on if bridge else network.bridge_off)()


def _raise(options):
  t.STATE.mkdir(parents=True, exist_ok=True)
  relayed = options["delay_ms"] > 0 or options["loss"] > 0
  network.create(options["mtu"], relayed)
  records = []
  if relayed:
    command = [sys.executable, str(RELAY), t.RELAY_OUTSIDE, t.RELAY_BOX,
               "--delay-ms", str(options["delay_ms"]), "--loss", str(options["loss"])]
    records.append(processes.start("relay", t.RELAY, command, t.STATE / "relay.log"))
  _write_state(None, records)
  records += services.start()
  _write_state(None, records)
  services.wait_ready(records)
  TRUTH_FILE.write_text(json.dumps(t.truth(), indent=1) + "\n")
  _write_state(options, records)


def remember(guest):
  """Has `down` end this process too, whose end does not mean that the lab is down."""
  state = _read_state()
  guests = [record for record in state["guests"] if processes.alive(record)]
  _write_state(state["options"], state["processes"], [*guests, guest])


def down():
  state = _read_state()
  for record in reversed(state["processes"] + state["guests"]):
    processes.stop(record)
  ns.remove(t.NAMESPACES)
  for path in (STATE_FILE, TRUTH_FILE):
    path.unlink(missing_ok=True)


def status():
  state = _read_state()
  for name in t.NAMESPACES:
    if ns.exists(name) or name != t.RELAY:
      print(f"{name:12} {'there' if ns.exists(name) else 'not there'}")
  for record in state["processes"] + state["guests"]:
    print(f"{record['name']:12} {'runs' if processes.alive(record) else 'ENDED'}, process {record['pid']}")
  if not is_up():
    print("the lab is not up: scripts/lab up")
    return False
  harmful = [f"{namespace} {device}: {line}" for namespace, device in network.ends()
             for line in network.wrong_offloads(namespace, device)]
  print("offloads     " + ("; ".join(harmful) or "off"))
  nothing = f"nothing but what has opened {t.BOX_OUTSIDE} and {t.BOX_INSIDE}"
  print(f"between      {'the bridge of the kernel' if network.bridge_is_on() else nothing}")
  print(f"options      {state['options']}\ntruth        {TRUTH_FILE}")
  return not harmful


def main():
  parser = argparse.ArgumentParser(prog="scripts/lab", description=__doc__.partition("\n")[0])
  verbs = parser.add_subparsers(dest="verb", required=True)
  up_parser = verbs.add_parser("up", help="raise it")
  up_parser.add_argument("--mtu", type=int, default=network.MTU_DEFAULT)
  up_parser.add_argument("--delay-ms", type=float, default=0, help="each way, by a relay outside of the appliance")
  up_parser.add_argument("--loss", type=float, default=0, help="percent of the frames each way, by the same relay")
  up_parser.add_argument("--bridge", action="store_true", help="the kernel's bridge in the appliance's place")
  verbs.add_parser("down", help="remove it and end its processes")
  verbs.add_parser("status", help="say what is there")
  options = parser.parse_args()
  cpus.leave_one_to_the_worker()
  if os.geteuid() != 0:
    sys.exit("scripts/lab: makes network namespaces, so it must be root: sudo scripts/lab ...")
  try:
    if options.verb == "up":
      up(options.mtu, options.delay_ms, options.loss, options.bridge)
    elif options.verb == "down":
      down()
    else:
      sys.exit(0 if status() else 1)
  except ns.LabError as error:
    sys.exit(f"scripts/lab: {error}")


if __name__ == "__main__":
  main()
