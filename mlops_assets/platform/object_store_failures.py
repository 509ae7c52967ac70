"""Say in our words that an object store failed: no answer, wrong keys, no such bucket.

Its driver raises what the server said, without the variable that is to be corrected.
"""

from __future__ import annotations

from typing import Any

from mlops_assets.errors import InputError

KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
NO_BUCKET = ("NoSuchBucket",)
# To a question without a body, a store only answers 403, whatever is wrong.
REFUSED = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")
REFUSED += ("AccessDenied", "403", "Forbidden", "AllAccessDisabled", "AccountProblem")
BUSY = ("SlowDown", "InternalError", "ServiceUnavailable", "500", "502", "503", "504")
"""What an S3 API answers; a file that is not there is no failure of the store."""


def object_store_failure(error: BaseException) -> InputError | None:
    """The `InputError` for an error of an S3 API's driver; None for any other error."""
    if not type(error).__module__.startswith("botocore."):
        return None
    response: dict[str, Any] | None = getattr(error, "response", None)
    if response is None:
        return _without_answer(error)
    code = str(response.get("Error", {}).get("Code", ""))
    if code in NO_BUCKET:
        bucket = response["Error"].get("BucketName", "")
        todo = "run `mlops-assets init`, or correct LAKE_URL or MLFLOW_ARTIFACT_ROOT"
        return _failure(f"there is no bucket {bucket}".rstrip(), "a bucket that exists", todo)
    if code in REFUSED:
        todo = f"correct {KEYS}, or let them, or the role, read, write and list the bucket"
        return _failure(_said(error), "keys that it knows, with the rights to that", todo)
    if code in BUSY:
        return _failure(_said(error), "an object store that works", "try again; see its log")
    return None


def _without_answer(error: BaseException) -> InputError | None:
    from botocore import exceptions

    if isinstance(error, (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)):
        return _failure(_said(error), "keys, or a role of the machine", f"set {KEYS}")
    if not isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError)):
        return None  # a mistake in a call
    todo = "start it, or correct MLFLOW_S3_ENDPOINT_URL (unset it for AWS)"
    return _failure(_said(error), "an object store that answers", todo)


def _failure(seen: str, expected: str, todo: str) -> InputError:
    return InputError(seen=f"the object store failed: {seen}", expected=expected, todo=todo)


def _said(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".")
