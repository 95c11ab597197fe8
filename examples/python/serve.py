"""The `invoke` contract: one container for all scans, with a server on port 4743.

GET /health returns 200 once the model is loaded. POST /invoke segments the scan that is currently in /input and returns
201 once its mask is in /output. There is one request at a time. The container is stopped after the last scan.
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
            # Log the error and keep running, because the next scan may succeed.
            log(traceback.format_exc())
            return self.answer(500)
        self.answer(201)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, template, *values):
        """Suppresses the default line per request, because /health is polled often."""


if __name__ == "__main__":
    log_limits()
    # Load your model here, before the server listens. It has 300 s until /health must return 200.
    server = HTTPServer(("0.0.0.0", PORT), Handler)
    log(f"listening on port {PORT}")
    server.serve_forever()
