"""Nothing waits for another machine inside a transaction, and the tests see it when something does."""

from __future__ import annotations

import socket
import threading

import pytest
from django.db import transaction

from kopir.base.transactions import InsideTransactionError, is_inside_transaction, outside_transaction

pytestmark = pytest.mark.django_db


def test_outside_a_transaction_all_is_well():
    outside_transaction("sending mail")
    assert not is_inside_transaction()


def test_inside_a_transaction_it_is_refused():
    with transaction.atomic():
        assert is_inside_transaction()
        with pytest.raises(InsideTransactionError, match="sending mail inside a transaction"):
            outside_transaction("sending mail")
    outside_transaction("sending mail")


def test_a_transaction_of_another_thread_is_not_ours():
    seen: list[bool] = []
    with transaction.atomic():
        thread = threading.Thread(target=lambda: seen.append(is_inside_transaction()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_a_connection_that_is_opened_inside_a_transaction_fails_its_test():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client, transaction.atomic():
        with pytest.raises(InsideTransactionError, match="connecting to"):
            client.connect(server.getsockname())
        with pytest.raises(InsideTransactionError, match="connecting to"):
            client.connect_ex(server.getsockname())


def test_a_connection_outside_of_one_is_open_to_tests():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
