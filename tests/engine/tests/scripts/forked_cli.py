"""Runs the AWS CLI for clients in forks of this process, which has loaded it.

Starting Python and loading the CLI takes longer than most calls of a test. Each client hands over its arguments, folder,
environment and standard files, and gets the exit code. The server ends when its standard input does, and removes the
folder of its socket.

Usage: forked_cli.py SOCKET
"""

import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback

import awscli.clidriver


def main():
    # Loads what the CLI loads once it has read its configuration. Each call makes a driver of its own.
    awscli.clidriver.create_clidriver()
    # Nobody waits for the forks.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(64)
        print("ready", flush=True)
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in readable:
                shutil.rmtree(os.path.dirname(sys.argv[1]))
                return
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                answer(connection)
            connection.close()


def answer(connection):
    """Runs what a client asks for, tells it the exit code, and ends this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        text, files, _, _ = socket.recv_fds(connection, 65536, 3)
        while not text.endswith(b"\n"):
            text += connection.recv(65536)
        arguments, folder, environment = json.loads(text)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        # The CLI has written there, as it was loaded, where its data is.
        environment["AWS_DATA_PATH"] = os.environ["AWS_DATA_PATH"]
        os.environ.clear()
        os.environ.update(environment)
        sys.argv[1:] = arguments
        code = run()
    except BaseException:
        traceback.print_exc()
    finally:
        connection.sendall(bytes([code]))
        os._exit(code)


def run():
    """The exit code of the CLI, which may return it or exit with it."""
    try:
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    return code or 0


main()
