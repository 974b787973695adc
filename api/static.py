"""The built console: files listed once at the start, so that a path can name nothing else; client routes get a page."""

from pathlib import Path

from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Vendwatch</title>
<h1>The console is not built / 控制台尚未构建</h1>
<p>The API runs at <a href="/api/v1/openapi.json">/api/v1</a>. Install the product again to build the console.</p>
<p>API 正在运行；请重新安装以构建控制台。</p></html>"""
YEAR = "public, max-age=31536000, immutable"


class _Pages(Convertor[str]):
    """Every path but the API's, which answers for what is unknown there itself, with 404 or 405."""

    regex = "(?!api(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", _Pages())


def router(web: Path) -> APIRouter:
    """Routes of the console; include them last, since they take every path but the API's."""
    files = {path.relative_to(web).as_posix(): path for path in web.rglob("*") if path.is_file()}
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/{path:page}", methods=["GET", "HEAD"])
    def console(path: str) -> Response:
        if path in files and not path.endswith(".html"):
            cached = YEAR if path.startswith("assets/") else "no-cache"
            return FileResponse(files[path], headers={"Cache-Control": cached})
        if "." in path.rpartition("/")[2] and not path.endswith(".html"):
            raise HTTPException(404, "no such file")
        page = _page(files, path)
        if page is None:
            return HTMLResponse(MISSING, 503)
        return FileResponse(page, headers={"Cache-Control": "no-cache"}, media_type="text/html; charset=utf-8")

    return routes


def _page(files: dict[str, Path], path: str) -> Path | None:
    """The page of a client route: the technician's for /tech, the console otherwise."""
    names = ("tech.html", "tech/index.html") if path.partition("/")[0] in ("tech", "tech.html") else ()
    return next((files[name] for name in (*names, "index.html") if name in files), None)
