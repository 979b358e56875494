#!/usr/bin/python3
"""Makes slack.png and email.png: runs auditwatch on the sample log, takes the messages it really sends, and shows them in a browser.

    docs/images/render.py PATH-TO-AUDITWATCH        needs Debian's python3-aiosmtpd, chromium, fonts-lato and fonts-noto-color-emoji

The mail is shown as it is; the Slack message by render-slack.html, which comes close to Slack and is not Slack.
"""

import email
import email.policy
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

from aiosmtpd.controller import Controller

HERE = pathlib.Path(__file__).parent
SAMPLE = HERE.parent.parent / "samples" / "kube-apiserver-1.20-scenario.jsonl"
DETECTION = "exec_into_pod"

slack, mail = [], []
arrived = threading.Event()


def take(messages, message):
    messages.append(message)
    if slack and mail:
        arrived.set()


class Slack(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if f"`{DETECTION}`" in json.dumps(payload):
            take(slack, payload)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Mail:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if f" {DETECTION}: " in message["Subject"]:
            take(mail, message)
        return "250 OK"


def picture(page, name, width, height, folder):
    file = folder / f"{name}.html"
    file.write_text(page)
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
         f"--window-size={width},{height}", f"--screenshot={HERE / name}.png", file.as_uri()],
        check=True, stderr=subprocess.DEVNULL)


def main():
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slack)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    smtp = Controller(Mail(), hostname="127.0.0.1", port=2525)
    smtp.start()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "auditwatch.yaml").write_text(f"""
sources: {{webhook: {{listen: 127.0.0.1:0}}}}
receivers:
  - name: on-call
    slackConfigs: [{{apiUrlEnv: SLACK_URL}}]
    emailConfigs: [{{to: soc@example.com, from: auditwatch@example.com, smarthost: '127.0.0.1:2525', requireTls: false}}]
route: {{receiver: on-call}}
""")
        log = folder / "audit.log"
        log.write_bytes(SAMPLE.read_bytes())
        watch = subprocess.Popen(
            [sys.argv[1], "run", "--config", folder / "auditwatch.yaml", "--file", log, "--from-start"],
            env={**os.environ, "SLACK_URL": f"http://127.0.0.1:{web.server_port}/"}, stderr=subprocess.DEVNULL)
        try:
            if not arrived.wait(timeout=60):
                sys.exit(f"no message of {DETECTION} came within a minute")
        finally:
            watch.terminate()
            watch.wait()
        smtp.stop()
        payload = json.dumps(slack[0]).replace("<", "\\u003c")
        picture((HERE / "render-slack.html").read_text().replace("PAYLOAD", payload), "slack", 760, 772, folder)
        picture(mail[0].get_body(("html",)).get_content(), "email", 760, 740, folder)


main()
