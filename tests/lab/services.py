# SPDX-License-Identifier: Apache-2.0
"""The real services of the live hosts, all in pk-inside: nginx, dnsmasq, a banner on port 22, iperf3."""
import hashlib
import pathlib
import socket
import sys
import time

import namespaces as ns
import processes
import topology as t

HERE = pathlib.Path(__file__).resolve().parent
READY_WITHIN_S = 15


def start():
  """Starts all and returns their records; they accept connections when wait_ready() returns."""
  _pages()
  _certificate()
  both = [(f"iperf3-{kind}", ["iperf3", "-s", "-p", str(t.IPERF_PORT), "-B", name(t.IPERF_HOST)])
          for kind, name in (("v4", t.host), ("v6", t.host6))]
  commands = [("nginx", ["nginx", "-c", _nginx_conf(), "-e", str(t.STATE / "nginx-error.log"), "-g", "daemon off;"]),
              ("dnsmasq", ["dnsmasq", "--keep-in-foreground", f"--conf-file={_dnsmasq_conf()}"]),
              ("banner", [sys.executable, str(HERE / "banner_server.py"), *_addresses(22)]), *both]
  return [processes.start(name, t.INSIDE, command, t.STATE / f"{name}.log") for name, command in commands]


def _addresses(port):
  return [name(number) for number in t.hosts_with(port) for name in (t.host, t.host6)]


def _pages():
  www = t.STATE / "www"
  www.mkdir(exist_ok=True)
  for number in range(1, 11):
    lines = f"line of page {number}\n" * 20 * number
    (www / f"page{number}.html").write_text(f"<title>page {number}</title>\n{lines}")
  (www / "index.html").write_text("<title>lab</title>\nserved while others were scanning\n")
  blocks = (hashlib.sha256(str(n).encode()).digest() for n in range(t.LARGE_FILE_BYTES // 32))
  (www / "large.bin").write_bytes(b"".join(blocks))


def _certificate():
  names = ",".join(f"IP:{address}" for address in _addresses(443))
  ns.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
          "-subj", "/CN=picket lab", "-addext", f"subjectAltName={names}",
          "-keyout", str(t.STATE / "tls.key"), "-out", str(t.STATE / "tls.crt")])


def _nginx_conf():
  def listen(port, how=""):
    return "".join(f"    listen {f'[{a}]' if ':' in a else a}:{port}{how} backlog=1024;\n" for a in _addresses(port))

  text = f"""user root;
worker_processes 1;
pid {t.STATE}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  root {t.STATE}/www;
  add_header X-Host $server_addr always;
  client_body_temp_path {t.STATE}/nginx-body;
  proxy_temp_path {t.STATE}/nginx-proxy;
  fastcgi_temp_path {t.STATE}/nginx-fastcgi;
  uwsgi_temp_path {t.STATE}/nginx-uwsgi;
  scgi_temp_path {t.STATE}/nginx-scgi;
  server {{
{listen(80)}  }}
  server {{
{listen(443, " ssl")}    ssl_certificate {t.STATE}/tls.crt;
    ssl_certificate_key {t.STATE}/tls.key;
  }}
}}
"""
  path = t.STATE / "nginx.conf"
  path.write_text(text)
  return str(path)


def _dnsmasq_conf():
  lines = ["no-resolv", "no-hosts", "bind-interfaces", "user=root", "cache-size=0",
           f"local=/{t.DNS_DOMAIN}/", *(f"listen-address={address}" for address in _addresses(53)),
           *(f"host-record=host{n}.{t.DNS_DOMAIN},{t.host(n)},{t.host6(n)}" for n in t.LIVE),
           f"txt-record=long.{t.DNS_DOMAIN}," + ",".join(["x" * 200] * 4)]  # over 512 bytes: by TCP without EDNS
  path = t.STATE / "dnsmasq.conf"
  path.write_text("\n".join(lines) + "\n")
  return str(path)


def _accepts(address, port):
  try:
    with socket.create_connection((address, port), timeout=2):
      return True
  except OSError:
    return False


def wait_ready(records):
  """Returns when every TCP port of the truth accepts a connection; a service that ended is an error with its log."""
  wanted = [(address, port) for address, ports in t.truth()["hosts"].items() for port in ports["tcp"]]
  until = time.monotonic() + READY_WITHIN_S
  with ns.inside(t.INSIDE):
    while wanted:
      wanted = [pair for pair in wanted if not _accepts(*pair)]
      dead = [record for record in records if not processes.alive(record)]
      if dead or (wanted and time.monotonic() > until):
        logs = "\n".join(f"{r['name']}: {pathlib.Path(r['log']).read_text()[-500:]}" for r in dead)
        raise ns.LabError(f"services not ready: {wanted[:5]}; ended: {[r['name'] for r in dead]}\n{logs}")
      time.sleep(0.02)
