"""A simulated OPC UA server: a real one (asyncua) whose values, status codes and sessions a test commands.

Usage: opcua-server.py SETTINGS CONTROL
SETTINGS is a JSON file (opcua-server.ts says what is in it), CONTROL the path of a Unix socket that takes one JSON object a line and
answers each with a line.
"""
import asyncio
import base64
import json
import sys
import uuid
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.crypto.truststore import TrustStore
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions


class Users:
    """Lets in who shows the right password, a certificate, or, where that is allowed, nobody."""

    def __init__(self, users, anonymous):
        self.users = users
        self.anonymous = anonymous

    def get_user(self, iserver, username=None, password=None, certificate=None):
        if username is not None:
            shown = password.decode() if isinstance(password, bytes) else password
            right = username in self.users and self.users[username] == shown
            return User(role=UserRole.User, name=username) if right else None
        return User(role=UserRole.User) if certificate is not None or self.anonymous else None


def node_id(node):
    kind, identifier = node["kind"], node["id"]
    if kind == "i":
        return ua.NodeId(int(identifier), node["ns"])
    if kind == "g":
        return ua.NodeId(uuid.UUID(identifier), node["ns"])
    if kind == "b":
        return ua.NodeId(base64.b64decode(identifier), node["ns"])
    return ua.NodeId(identifier, node["ns"], ua.NodeIdType.String)


def value_of(node):
    """Numbers are written as texts, so that 64 bits and NaN survive JSON."""
    kind, value = ua.VariantType[node["type"]], node["value"]
    if value is None:
        return ua.Variant(None, ua.VariantType.Null)
    read = {"Boolean": lambda v: v, "String": lambda v: v, "LocalizedText": ua.LocalizedText,
            "DateTime": ua.datetime.fromisoformat, "Float": float, "Double": float}.get(node["type"], int)
    return ua.Variant([read(v) for v in value] if isinstance(value, list) else read(value), kind)


async def write(server, node):
    value = ua.DataValue(value_of(node), ua.StatusCode(node.get("status", 0)))
    await server.write_attribute_value(node_id(node), value)


async def main():
    settings = json.loads(Path(sys.argv[1]).read_text())
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://0.0.0.0:{settings['port']}{settings.get('path', '/')}")
    server.set_security_policy([ua.SecurityPolicyType[name] for name in settings["policies"]])
    server.set_identity_tokens([getattr(ua, name) for name in settings["tokens"]])
    server.iserver.user_manager = Users(settings.get("users", {}), "AnonymousIdentityToken" in settings["tokens"])
    if "certificate" in settings:
        await server.set_application_uri(settings["applicationUri"])
        await server.load_certificate(settings["certificate"])
        await server.load_private_key(settings["key"])
    if "trusts" in settings:
        trust = TrustStore([Path(settings["trusts"])], [])
        await trust.load()
        server.set_certificate_validator(
            CertificateValidator(CertificateValidatorOptions.TRUSTED_VALIDATION | CertificateValidatorOptions.PEER_CLIENT, trust))
    if "sessionTimeoutMs" in settings:
        server.iserver.min_session_timeout_ms = server.iserver.max_session_timeout_ms = settings["sessionTimeoutMs"]
    for uri in settings["namespaces"]:
        await server.register_namespace(uri)
    for number, node in enumerate(settings["nodes"]):
        await server.nodes.objects.add_variable(node_id(node), f"{node['ns']}:node-{number}", value_of({**node, "status": 0}))
        await write(server, node)

    async def control(reader, writer):
        async for line in reader:
            command = json.loads(line)
            if "write" in command:
                await write(server, command["write"])
            answer = {"sessions": len(getattr(server.iserver, "_external_sessions", []))}
            writer.write(f"{json.dumps(answer)}\n".encode())
            await writer.drain()
        writer.close()

    Path(sys.argv[2]).unlink(missing_ok=True)
    async with server:
        listener = await asyncio.start_unix_server(control, sys.argv[2])
        async with listener:
            await listener.serve_forever()


asyncio.run(main())
