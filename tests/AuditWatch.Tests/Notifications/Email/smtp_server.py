"""A real mail server (aiosmtpd) on loopback for the tests: STARTTLS or TLS at once, login required with a password or a token.

Says where it listens in a line of JSON, then prints each mail it takes, parsed by Python's own mail parser, as another. The name of the
sender or of a recipient says how to behave. Ends when its standard input does.
"""

import asyncio
import base64
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

certificate, key, username, password, token = sys.argv[1:]

# It warns that it is insecure, which it is meant to be.
logging.disable(logging.WARNING)
warnings.simplefilter("ignore")

ANSWERS = {
    "busy": "451 4.3.0 Try again later",
    "gray": "450 4.2.0 Greylisted",
    "unknown": "550 5.1.1 No such user",
    "forbidden": "550 5.7.1 Not allowed",
    "full": "452 4.3.1 Disk full",
    "spam": "554 5.7.1 Spam",
}


async def behave(address, server):
    """The answer that the name before the @ stands for, if it stands for one."""
    name = address.partition("@")[0]
    if name == "hangs":
        print(json.dumps({"to": [address], "hangs": True}), flush=True)
        await asyncio.sleep(3600)
    if name == "closes":
        server.transport.abort()
        return "421 4.3.2 Closed"
    return ANSWERS.get(name)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        session.mails = getattr(session, "mails", 0) + 1
        if session.mails > 1 and address.startswith("once"):
            return "421 4.7.0 Too many mails over one connection"
        if session.mails > 1 and address.startswith("leaves"):
            server.transport.abort()
        answer = await behave(address, server)
        if answer:
            return answer
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        late = address.startswith("late-")
        answer = None if late else await behave(address, server)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            if address.startswith("late-"):
                answer = await behave(address.removeprefix("late-"), server)
                if answer:
                    return answer
        print(json.dumps(describe(session, envelope)), flush=True)
        return "250 2.0.0 Taken"


class TokenHandler(Handler):
    """Takes a login with a token only, and says what was wrong with it in a challenge, as large providers do."""

    async def auth_XOAUTH2(self, server, args):
        return await self.login(server, args, f"user={username}\1auth=Bearer {token}\1\1")

    async def auth_OAUTHBEARER(self, server, args):
        # The fields host and port are the server's own; only the ends are compared.
        sent = base64.b64decode(args[1]).decode()
        good = sent.startswith(f"n,a={username},\1") and sent.endswith(f"\1auth=Bearer {token}\1\1")
        return await self.login(server, args, sent if good else "")

    async def login(self, server, args, expected):
        if base64.b64decode(args[1]).decode() == expected:
            return AuthResult(success=True, auth_data=username)
        await server.challenge_auth('{"status":"401","schemes":"bearer","scope":"https://mail.example.com/"}')
        return AuthResult(success=False, handled=False)


def describe(session, envelope):
    mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8 if envelope.smtp_utf8 else email.policy.default)
    lines = envelope.content.split(b"\r\n")
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    defects = [str(defect) for part in mail.walk() for defect in part.defects]
    defects += [str(defect) for value in mail.values() for defect in getattr(value, "defects", [])]
    if envelope.smtp_utf8:
        # Python reads such headers, and takes each letter in them for a defect all the same.
        defects = [defect for defect in defects if "on-ASCII characters" not in defect]
    return {
        "encrypted": session.ssl is not None,
        "peer": session.peer[1],
        "smtputf8": envelope.smtp_utf8,
        "login": session.auth_data,
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "headers": [[name, str(value)] for name, value in mail.items()],
        "type": mail.get_content_type(),
        "text": next((part.get_content() for part in leaves if part.get_content_type() == "text/plain"), ""),
        "html": next((part.get_content() for part in leaves if part.get_content_type() == "text/html"), ""),
        "parts": [part.get_content_type() for part in leaves],
        "longest": max(len(line) for line in lines),
        "longest_encoded": max((len(line) for line in lines if b"=?utf-8?" in line), default=0),
        "ascii": envelope.content.isascii(),
        "defects": defects,
    }


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (username.encode(), password.encode())
    return AuthResult(success=good, handled=False, auth_data=data.login.decode() if good else None)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()

    def starttls(exclude=()):
        return SMTP(Handler(), tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate,
                    auth_exclude_mechanism=exclude, hostname="mail.example.com")

    def with_token(exclude):
        return SMTP(TokenHandler(), tls_context=context, require_starttls=True, auth_required=True,
                    auth_exclude_mechanism=["PLAIN", "LOGIN", *exclude], enable_SMTPUTF8=True, hostname="mail.example.com")

    def tls():
        return SMTP(Handler(), auth_required=True, auth_require_tls=False, authenticator=authenticate, hostname="mail.example.com")

    def plain():
        return SMTP(Handler(), hostname="mail.example.com")

    servers = {
        "starttls": await loop.create_server(starttls, "127.0.0.1", 0),
        "login": await loop.create_server(lambda: starttls(["PLAIN"]), "127.0.0.1", 0),
        "xoauth2": await loop.create_server(lambda: with_token(["OAUTHBEARER"]), "127.0.0.1", 0),
        "oauthbearer": await loop.create_server(lambda: with_token(["XOAUTH2"]), "127.0.0.1", 0),
        "tls": await loop.create_server(tls, "127.0.0.1", 0, ssl=context),
        "plain": await loop.create_server(plain, "127.0.0.1", 0),
    }
    print(json.dumps({name: server.sockets[0].getsockname()[1] for name, server in servers.items()}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
