"""An S3 API that is away, has other keys or no bucket, or fails in the middle: it is named."""

import re
from collections.abc import Iterator

import boto3
import pytest
import s3fs

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import restore_backup
from mlops_assets.operations.backup.remote import Remote
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.deploy.s3 import KEYS, s3_server
from mlops_assets_tests.server import free_port

pytestmark = pytest.mark.process
HERE = {"LAKE_URL": "s3://state/lake", "MLFLOW_ARTIFACT_ROOT": "s3://state/artifacts"}
IAM_ACTIONS = 3


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[str, dict[str, str]]]:
    """An S3 API that checks signatures, and keys that it knows."""
    with s3_server(INITIAL_NO_AUTH_ACTION_COUNT=str(IAM_ACTIONS)) as url:
        iam = boto3.client("iam", endpoint_url=url, **boto(KEYS))
        iam.create_user(UserName="mlops")
        rights = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", '
        rights += '"Resource": "*"}]}'
        iam.put_user_policy(UserName="mlops", PolicyName="s3", PolicyDocument=rights)
        made = iam.create_access_key(UserName="mlops")["AccessKey"]
        own = {"AWS_ACCESS_KEY_ID": made["AccessKeyId"]}
        own |= {"AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}
        yield url, {**KEYS, **own}


def boto(keys: dict[str, str]) -> dict[str, str]:
    """The same for boto3."""
    names = ("aws_access_key_id", "aws_secret_access_key", "region_name")
    return dict(zip(names, keys.values(), strict=True))


def use(monkeypatch, url: str, **given: str) -> Settings:
    for name, value in {**KEYS, **HERE, "MLFLOW_S3_ENDPOINT_URL": url, **given}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()  # as in a new process
    return Settings.from_environment()


@pytest.mark.parametrize("arguments", ["init", "prune --older-than 90d", "backup BACKUP"])
def test_an_object_store_that_is_away_is_named(settings, tmp_path, monkeypatch, command, arguments):
    address = f"http://127.0.0.1:{free_port()}"
    use(monkeypatch, address)
    code, said = command(*arguments.replace("BACKUP", str(tmp_path / "backup")).split())
    assert code == 2, said
    assert f'the object store failed: Could not connect to the endpoint URL: "{address}' in said
    assert "To do: start it, or correct MLFLOW_S3_ENDPOINT_URL" in said
    assert not (tmp_path / "backup" / "manifest.json").exists()


@pytest.mark.parametrize(
    "wrong", [{"AWS_SECRET_ACCESS_KEY": "a-wrong-secret"}, {"AWS_ACCESS_KEY_ID": "AKIANOBODY"}]
)
def test_wrong_keys_are_named_and_not_shown(settings, guarded, monkeypatch, command, wrong):
    url, keys = guarded
    use(monkeypatch, url, **keys)
    assert command("init")[0] == 0
    use(monkeypatch, url, **{**keys, **wrong})
    code, said = command("prune", "--older-than", "90d")
    assert code == 2, said
    assert "the object store failed: An error occurred (403)" in said
    assert "To do: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in said
    assert not re.search("a-wrong-secret|Traceback", said)


def test_a_step_without_a_bucket_says_what_makes_it(world, monkeypatch):
    with s3_server() as url:
        use(monkeypatch, url)
        result = world.retrain("raw_data")
    (failed,) = [it for it in result.all_events if it.is_step_failure]
    error = failed.step_failure_data.error
    said = str((error.cause or error).message)
    assert "InputError: the object store failed: there is no bucket" in said
    assert "run `mlops-assets init`" in said


def test_init_makes_both_buckets(settings, monkeypatch, command):
    with s3_server() as url:
        use(monkeypatch, url, MLFLOW_ARTIFACT_ROOT="s3://other/artifacts")
        assert command("init")[0] == 0
        files, _ = open_files("s3://state/lake")
        assert set(files.ls("")) == {"state", "other"}


def test_a_backup_is_unfinished_if_the_object_store_fails_in_the_middle(
    settings, tmp_path, monkeypatch, command
):
    copied = Remote.copy

    def then_away(self: Remote, *given) -> None:
        copied(self, *given)
        use(monkeypatch, f"http://127.0.0.1:{free_port()}")

    with s3_server() as url:
        use(monkeypatch, url)
        assert command("init")[0] == 0
        files, _ = open_files("s3://state/lake")
        files.pipe_file("state/lake/small/raw_data/x", b"1")
        monkeypatch.setattr(Remote, "copy", then_away)
        code, said = command("backup", str(tmp_path / "backup"))
    assert (code, "the object store failed" in said) == (2, True), said
    with pytest.raises(InputError, match=r"has no manifest.json"):
        restore_backup(tmp_path / "backup", settings)
