"""The contract `invoke`: one container for all cases, with a server on port 4743.

GET /health returns 200 once the model is loaded. POST /invoke processes the case that is currently in /input and
returns 201 once its outputs are in /output. There is one request at a time. The container is stopped after the last case.
"""

import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

from case_files import read_inputs, root_folder, write_outputs

# Loads the model before the server listens. It has 300 s until /health must return 200.
from predict import predict

PORT = 4743


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200 if self.path == "/health" else 404)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/invoke":
            return self.answer(404)
        try:
            root = root_folder()
            inputs = read_inputs(root / "input")
            write_outputs(root / "output", predict(inputs), inputs)
            print("wrote the outputs")
        except Exception:
            # Log the error and keep running, because the next case may succeed.
            print(traceback.format_exc())
            return self.answer(500)
        self.answer(201)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, template, *values):
        """Suppresses the default line per request, because /health is polled often."""


if __name__ == "__main__":
    server = HTTPServer(("0.0.0.0", PORT), Handler)
    print(f"listening on port {PORT}")
    server.serve_forever()
