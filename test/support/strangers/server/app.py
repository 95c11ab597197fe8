"""A server as the templates of 2026 have it: FastAPI loads the model in its lifespan and is healthy from then on."""

from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Response, status
from uvicorn.config import LOGGING_CONFIG

import inference

MODELS = {}


@asynccontextmanager
async def lifespan(app: FastAPI):
    MODELS["lesions"] = inference.init_model()
    yield
    MODELS.clear()


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health():
    if "lesions" in MODELS:
        return Response(status_code=status.HTTP_200_OK)
    return Response(status_code=status.HTTP_404_NOT_FOUND)


@app.post("/invoke")
async def invoke():
    inference.run(MODELS["lesions"])
    return Response(status_code=status.HTTP_201_CREATED)


if __name__ == "__main__":
    log_config = LOGGING_CONFIG.copy()
    log_config["handlers"]["default"]["stream"] = "ext://sys.stdout"
    uvicorn.run(app, host="0.0.0.0", port=4743, log_config=log_config)
