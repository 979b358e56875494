"""A mailbox: an SMTP server on a free port of loopback. Prints its port, then every mail it takes in as a line of JSON."""
import email
import email.policy
import json
import signal

from aiosmtpd.controller import Controller


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": mail["subject"],
            "text": parts.get("text/plain"),
            "html": parts.get("text/html"),
        }), flush=True)
        return "250 OK"


class OnAFreePort(Controller):
    def _trigger_server(self):
        # The server is up: the port that the system has chosen is known.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = OnAFreePort(Mailbox(), hostname="127.0.0.1", port=0)
controller.start()
print(controller.port, flush=True)
signal.pause()
