"""What the sending bench runs beside itself: the publisher's own processes, as `make up` starts them."""

import socket
from pathlib import Path

from deploy.local.entry import serve
from services.publisher import worker
from services.publisher.main import create_app
from services.publisher.settings import PublisherSettings
from tests.chaos.processes import log_to


def be_worker(log: Path, settings: PublisherSettings) -> None:
    log_to(log)
    worker.run(settings)


def be_api(log: Path, settings: PublisherSettings, listener: socket.socket) -> None:
    log_to(log)
    serve(create_app(settings), listener)
