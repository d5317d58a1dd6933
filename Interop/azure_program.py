"""A program as Azure's users write them: the environment says where its vault is and who it is.

    python azure_program.py sync|async
"""

import asyncio
import os
import sys

import azure.identity
import azure.identity.aio
import azure.keyvault.secrets
import azure.keyvault.secrets.aio

from azure_names import resolved


def keep_and_read():
    with (
        azure.identity.DefaultAzureCredential() as credential,
        azure.keyvault.secrets.SecretClient(os.environ["VAULT_URL"], credential) as client,
    ):
        client.set_secret("greeting", "hello")
        return client.get_secret("greeting").value


async def keep_and_read_asynchronously():
    async with (
        azure.identity.aio.DefaultAzureCredential() as credential,
        azure.keyvault.secrets.aio.SecretClient(os.environ["VAULT_URL"], credential) as client,
    ):
        await client.set_secret("greeting", "hello")
        return (await client.get_secret("greeting")).value


if __name__ == "__main__":
    with resolved():
        print(keep_and_read() if sys.argv[1] == "sync" else asyncio.run(keep_and_read_asynchronously()))
