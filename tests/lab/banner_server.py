#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Greets like an SSH server on port 22 of each address and listens politely: banner_server.py ADDRESS..."""
import asyncio
import sys

BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
PATIENCE_S = 10


async def greet(reader, writer):
  try:
    writer.write(BANNER)
    await writer.drain()
    await asyncio.wait_for(reader.read(1024), PATIENCE_S)
  except (OSError, asyncio.TimeoutError):
    pass
  finally:
    writer.close()


async def main():
  servers = [await asyncio.start_server(greet, address, 22, backlog=1024) for address in sys.argv[1:]]
  await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
