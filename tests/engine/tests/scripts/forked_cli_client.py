#!PYTHON -IS
"""Asks the server of forked_cli.py to run the AWS CLI."""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect("SOCKET")
    request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\n"
    sent = socket.send_fds(server, [request], [0, 1, 2])
    server.sendall(request[sent:])
    code = server.recv(1)
sys.exit(code[0] if code else 1)
