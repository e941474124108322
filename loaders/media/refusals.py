"""What an S3 server or the way to it says, in words a user can act on; never with a secret in them.

Only the error's code is passed on: servers put key ids, paths and signatures into their messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore import exceptions as boto

from schemas.findings import CoursewrightError, TransientError

_CREDENTIALS: Final = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; "
    "`aws sts get-caller-identity` shows who you are"
)
_PERMISSIONS: Final = (
    "allow s3:ListBucket, s3:GetObject, s3:PutObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts "
    "and s3:ListBucketMultipartUploads there (docs/media.md)"
)
_REFUSALS: Final = {
    "NoSuchBucket": ("there is no such bucket", "create it, or correct the tenant's `media`"),
    "InvalidAccessKeyId": ("the server does not know this access key", _CREDENTIALS),
    "SignatureDoesNotMatch": ("the secret does not belong to the access key", _CREDENTIALS),
    "ExpiredToken": ("the credentials have expired", "sign in again"),
    "InvalidToken": ("the session token is not valid", _CREDENTIALS),
    "AccessDenied": ("these credentials may not do this", _PERMISSIONS),
    "403": ("these credentials may not do this", _PERMISSIONS),
    "PermanentRedirect": ("the bucket is in another region", "set AWS_REGION to the bucket's region"),
    "AuthorizationHeaderMalformed": (
        "the bucket is in another region",
        "set AWS_REGION to the bucket's region",
    ),
    "RequestTimeTooSkewed": ("this machine's clock is wrong", "set the clock, then publish again"),
    "NotImplemented": (
        "the server lacks a feature that safe uploads need",
        "it must know If-None-Match on PutObject and CompleteMultipartUpload (docs/media.md)",
    ),
    "InvalidObjectState": ("the object is archived", "restore it from Glacier first"),
}
_TRANSIENT: Final = frozenset(
    ("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted", "BadDigest")
)
_UNREACHABLE: Final = (
    boto.ConnectionError,
    boto.HTTPClientError,
    boto.IncompleteReadError,
    boto.ResponseStreamingError,
)


def code_of(error: boto.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turns botocore's exceptions into ours. `place` is the store as the user configured it."""
    try:
        yield
    except boto.ClientError as error:
        raise _refusal(place, error) from None
    except (boto.NoCredentialsError, boto.PartialCredentialsError, boto.ProfileNotFound):
        raise CoursewrightError(f"{place}: there are no credentials for S3", _CREDENTIALS) from None
    except _UNREACHABLE as error:
        raise TransientError(
            f"{place}: the S3 server cannot be reached ({type(error).__name__})",
            "check the tenant's `endpoint` and the network, then publish again: what is uploaded stays",
        ) from None
    except boto.BotoCoreError as error:
        raise CoursewrightError(
            f"{place}: the S3 client refused ({type(error).__name__})",
            "check the tenant's `media` and `endpoint`, and the AWS settings in the environment",
        ) from None


def _refusal(place: str, error: boto.ClientError) -> CoursewrightError:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRANSIENT or (status >= 500 and code != "NotImplemented"):
        return TransientError(
            f"{place}: the S3 server is overloaded or disturbed ({code})",
            "publish again in a while: what is uploaded stays",
        )
    found, mend = _REFUSALS.get(
        code, ("the S3 server refused", "look the code up in the server's documentation")
    )
    return CoursewrightError(f"{place}: {found} ({code})", mend)
