"""For operators and their tools: alive, ready with reasons, metrics.

In: nothing. Out: `/healthz` (the process lives), `/readyz` (caught up, or why not), `/metrics` (Prometheus text).
"""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from dashboards.access import Act
from dashboards.identify import Parts, operator_or_loopback
from dashboards.language import language_of
from dashboards.measure import measure
from schemas.codec import Json, canon
from streams.words import load_words

router = APIRouter(tags=["operation"])


def _json(body: Json, status: int = 200) -> Response:
    return Response(canon(body), status, {"Cache-Control": "no-store"}, "application/json")


@router.get("/healthz", summary="The process lives")
async def healthz() -> Response:
    """Depends on nothing."""
    return _json({"alive": True})


@router.get("/readyz", summary="Caught up with the log, or the reasons why not (503)")
async def readyz(request: Request, server: Parts) -> Response:
    """A page that lost the server reloads itself only after this says yes."""
    reasons = [reason._asdict() for reason in server.not_ready(load_words(language_of(request)))]
    body: Json = {"ready": not reasons, "reasons": reasons, "version": server.follower.head.version}
    return _json(body, 503 if reasons else 200)


@router.get("/metrics", summary="Prometheus text; for operators or on this machine")
async def metrics(request: Request, server: Parts) -> Response:
    """Counters of this process."""
    operator_or_loopback(request, Act.SEE_METRICS)
    measure(server)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
