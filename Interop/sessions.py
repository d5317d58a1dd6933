"""Clients that act in sessions."""

import boto3
import botocore.config
import botocore.session

from server import PATIENCE


def client(server, credentials, service="kms", *, region=None, tls=False):
    """A boto3 client with what STS answered as `Credentials`."""
    session = boto3.session.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region or server.region,
    )
    return session.client(
        service,
        endpoint_url=server.tls_endpoint if tls else server.endpoint,
        verify=server.ca_file if tls else None,
        config=botocore.config.Config(
            retries={"total_max_attempts": 1}, connect_timeout=PATIENCE, read_timeout=PATIENCE, proxies={}
        ),
    )


def anonymous(server):
    """STS for callers who have nothing but a token."""
    return boto3.session.Session(region_name=server.region).client(
        "sts",
        endpoint_url=server.endpoint,
        config=botocore.config.Config(
            signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=PATIENCE, proxies={}
        ),
    )
