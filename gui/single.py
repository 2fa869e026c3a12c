# SPDX-License-Identifier: Apache-2.0
"""One window for each person and home: a second start raises the first and hands over the file it was given."""

from __future__ import annotations

import getpass
import hashlib

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_MOST_BYTES = 65_536


def _address(home: str) -> str:
    """A name of this person and this home; no path in it, because some systems limit its length."""
    return "wardround-" + hashlib.sha256(f"{getpass.getuser()}\n{home}".encode()).hexdigest()[:24]


def hand_over(home: str, argument: str) -> bool:
    """True when another window of this home is running and took over ``argument`` (a path or empty)."""
    socket = QLocalSocket()
    socket.connectToServer(_address(home))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(argument.encode() + b"\n")
    socket.waitForBytesWritten(_WAIT_MS)
    socket.disconnectFromServer()
    return True


class FirstInstance(QObject):
    """Listens for later starts.

    Signals:
        called(str): another start happened, with this argument (a path or empty).
    """

    called = Signal(str)

    def __init__(self, home: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        QLocalServer.removeServer(_address(home))  # what a killed window left behind; a living one has answered before
        self._server.listen(_address(home))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
        self._read()  # what came before anybody listened

    def _read(self) -> None:
        for socket in self._server.findChildren(QLocalSocket):
            if socket.canReadLine():
                self.called.emit(bytes(socket.readLine(_MOST_BYTES).data()).decode(errors="replace").strip())
                socket.disconnectFromServer()
            elif socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
