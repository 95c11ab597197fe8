"""The contract `invoke`: one container for all scans, a server on port 4743.

GET /health answers 200 when the model is loaded. POST /invoke segments the scan that lies in /input now and answers
201 when its mask is in /output. One request at a time; the container is stopped after the last scan.
"""

import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

from inference import answer_case, log, log_limits, root_folder

PORT = 4743


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200 if self.path == "/health" else 404)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/invoke":
            return self.answer(404)
        try:
            answer_case(root_folder())
        except Exception:
            # The next scan may go well: say what happened, and stay.
            log(traceback.format_exc())
            return self.answer(500)
        self.answer(201)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, template, *values):
        """Not a line for each request for /health."""


if __name__ == "__main__":
    log_limits()
    # Load your model here, before the server listens: /health is asked for up to 300 s.
    server = HTTPServer(("0.0.0.0", PORT), Handler)
    log(f"listening on port {PORT}")
    server.serve_forever()
