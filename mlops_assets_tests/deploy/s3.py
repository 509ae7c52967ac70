"""A real S3 API on this machine: moto's server, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import s3fs

from mlops_assets_tests.server import free_port, wait_until

KEYS = {
    "AWS_ACCESS_KEY_ID": "mlops",
    "AWS_SECRET_ACCESS_KEY": "staple-of-the-object-store",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def s3_server(**environment: str) -> Iterator[str]:
    """The address of an S3 API without buckets; `environment` are settings of moto."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    env, quiet = {**os.environ, **environment}, subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url), 60)
        yield url
    finally:
        process.kill()
        process.wait()


def object_store(url: str) -> s3fs.S3FileSystem:
    """What is there."""
    key, secret, _ = KEYS.values()
    return s3fs.S3FileSystem(key=key, secret=secret, endpoint_url=url, use_listings_cache=False)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/moto-api/", timeout=5).ok
    except requests.RequestException:
        return False
